// Generated from Asterisk's description of its REST interface by scripts/generate-ari-types.ts. Do not edit.

/** Info about how Asterisk was built */
export interface BuildInfo {
  /** OS Asterisk was built on. */
  readonly os: string;
  /** Kernel version Asterisk was built on. */
  readonly kernel: string;
  /** Compile time options, or empty string if default. */
  readonly options: string;
  /** Machine architecture (x86_64, i686, ppc, etc.) */
  readonly machine: string;
  /** Date and time when Asterisk was built. */
  readonly date: string;
  /** Username that build Asterisk */
  readonly user: string;
}

/** Info about Asterisk */
export interface SystemInfo {
  /** Asterisk version. */
  readonly version: string;
  readonly entity_id: string;
}

/** Effective user/group id */
export interface SetId {
  /** Effective user id. */
  readonly user: string;
  /** Effective group id. */
  readonly group: string;
}

/** Info about Asterisk configuration */
export interface ConfigInfo {
  /** Asterisk system name. */
  readonly name: string;
  /** Default language for media playback. */
  readonly default_language: string;
  /** Maximum number of simultaneous channels. */
  readonly max_channels?: number;
  /** Maximum number of open file handles (files, sockets). */
  readonly max_open_files?: number;
  /** Maximum load avg on system. */
  readonly max_load?: number;
  /** Effective user/group id for running Asterisk. */
  readonly setid: SetId;
}

/** Info about Asterisk status */
export interface StatusInfo {
  /** Time when Asterisk was started. */
  readonly startup_time: string;
  /** Time when Asterisk was last reloaded. */
  readonly last_reload_time: string;
}

/** Asterisk system information */
export interface AsteriskInfo {
  /** Info about how Asterisk was built */
  readonly build?: BuildInfo;
  /** Info about the system running Asterisk */
  readonly system?: SystemInfo;
  /** Info about Asterisk configuration */
  readonly config?: ConfigInfo;
  /** Info about Asterisk status */
  readonly status?: StatusInfo;
}

/** Asterisk ping information */
export interface AsteriskPing {
  /** Asterisk id info */
  readonly asterisk_id: string;
  /** Always string value is pong */
  readonly ping: string;
  /** The timestamp string of request received time */
  readonly timestamp: string;
}

/** Details of an Asterisk module */
export interface Module {
  /** The name of this module */
  readonly name: string;
  /** The description of this module */
  readonly description: string;
  /** The number of times this module is being used */
  readonly use_count: number;
  /** The running status of this module */
  readonly status: string;
  /** The support state of this module */
  readonly support_level: string;
}

/** Details of an Asterisk log channel */
export interface LogChannel {
  /** The log channel path */
  readonly channel: string;
  /** Types of logs for the log channel */
  readonly type: string;
  /** Whether or not a log type is enabled */
  readonly status: string;
  /** The various log levels */
  readonly configuration: string;
}

/** The value of a channel variable */
export interface Variable {
  /** The value of the variable requested */
  readonly value: string;
}

/** A dictionary of channel variables */
export interface Variables {
  /** A dictionary of channel variables */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A key/value pair that makes up part of a configuration object. */
export interface ConfigTuple {
  /** A configuration object attribute. */
  readonly attribute: string;
  /** The value for the attribute. */
  readonly value: string;
}

/**
 * An external device that may offer/accept calls to/from Asterisk.
 *
 * Unlike most resources, which have a single unique identifier, an endpoint is uniquely identified by the technology/resource pair.
 */
export interface Endpoint {
  /** Technology of the endpoint */
  readonly technology: string;
  /** Identifier of the endpoint, specific to the given technology. */
  readonly resource: string;
  /** Endpoint's state */
  readonly state?: "unknown" | "offline" | "online";
  /** Id's of channels associated with this endpoint */
  readonly channel_ids: readonly string[];
}

/** A text message. */
export interface TextMessage {
  /** A technology specific URI specifying the source of the message. For pjsip technology, any SIP URI can be specified. For xmpp, the URI must correspond to the client connection being used to send the message. */
  readonly from: string;
  /** A technology specific URI specifying the destination of the message. Valid technologies include pjsip, and xmp. The destination of a message should be an endpoint. */
  readonly to: string;
  /** The text of the message. */
  readonly body: string;
  /** Technology specific key/value pairs (JSON object) associated with the message. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Dialed channel information. */
export interface Dialed {
}

/** Dialplan location (context/extension/priority) */
export interface DialplanCEP {
  /** Context in the dialplan */
  readonly context: string;
  /** Extension in the dialplan */
  readonly exten: string;
  /** Priority in the dialplan */
  readonly priority: number;
  /** Name of current dialplan application */
  readonly app_name: string;
  /** Parameter of current dialplan application */
  readonly app_data: string;
}

/** Caller identification */
export interface CallerID {
  readonly name: string;
  readonly number: string;
}

/** A statistics of a RTP. */
export interface RTPstat {
  /** Number of packets transmitted. */
  readonly txcount: number;
  /** Number of packets received. */
  readonly rxcount: number;
  /** Jitter on transmitted packets. */
  readonly txjitter?: number;
  /** Jitter on received packets. */
  readonly rxjitter?: number;
  /** Maximum jitter on remote side. */
  readonly remote_maxjitter?: number;
  /** Minimum jitter on remote side. */
  readonly remote_minjitter?: number;
  /** Average jitter on remote side. */
  readonly remote_normdevjitter?: number;
  /** Standard deviation jitter on remote side. */
  readonly remote_stdevjitter?: number;
  /** Maximum jitter on local side. */
  readonly local_maxjitter?: number;
  /** Minimum jitter on local side. */
  readonly local_minjitter?: number;
  /** Average jitter on local side. */
  readonly local_normdevjitter?: number;
  /** Standard deviation jitter on local side. */
  readonly local_stdevjitter?: number;
  /** Number of transmitted packets lost. */
  readonly txploss: number;
  /** Number of received packets lost. */
  readonly rxploss: number;
  /** Maximum number of packets lost on remote side. */
  readonly remote_maxrxploss?: number;
  /** Minimum number of packets lost on remote side. */
  readonly remote_minrxploss?: number;
  /** Average number of packets lost on remote side. */
  readonly remote_normdevrxploss?: number;
  /** Standard deviation packets lost on remote side. */
  readonly remote_stdevrxploss?: number;
  /** Maximum number of packets lost on local side. */
  readonly local_maxrxploss?: number;
  /** Minimum number of packets lost on local side. */
  readonly local_minrxploss?: number;
  /** Average number of packets lost on local side. */
  readonly local_normdevrxploss?: number;
  /** Standard deviation packets lost on local side. */
  readonly local_stdevrxploss?: number;
  /** Total round trip time. */
  readonly rtt?: number;
  /** Maximum round trip time. */
  readonly maxrtt?: number;
  /** Minimum round trip time. */
  readonly minrtt?: number;
  /** Average round trip time. */
  readonly normdevrtt?: number;
  /** Standard deviation round trip time. */
  readonly stdevrtt?: number;
  /** Our SSRC. */
  readonly local_ssrc: number;
  /** Their SSRC. */
  readonly remote_ssrc: number;
  /** Number of octets transmitted. */
  readonly txoctetcount: number;
  /** Number of octets received. */
  readonly rxoctetcount: number;
  /** The Asterisk channel's unique ID that owns this instance. */
  readonly channel_uniqueid: string;
}

/** A specific communication connection between Asterisk and an Endpoint. */
export interface Channel {
  /**
   * Unique identifier of the channel.
   *
   * This is the same as the Uniqueid field in AMI.
   */
  readonly id: string;
  /** Protocol id from underlying channel driver (i.e. Call-ID for chan_pjsip; will be empty if not applicable or not implemented by driver). */
  readonly protocol_id: string;
  /** Name of the channel (i.e. SIP/foo-0000a7e3) */
  readonly name: string;
  readonly state: "Down" | "Rsrved" | "OffHook" | "Dialing" | "Ring" | "Ringing" | "Up" | "Busy" | "Dialing Offhook" | "Pre-ring" | "Unknown";
  readonly caller: CallerID;
  readonly connected: CallerID;
  readonly accountcode: string;
  /** Current location in the dialplan */
  readonly dialplan: DialplanCEP;
  /** Timestamp when channel was created */
  readonly creationtime: string;
  /** The default spoken language */
  readonly language: string;
  /** Channel variables */
  readonly channelvars?: Readonly<Record<string, unknown>>;
  /** The Caller ID RDNIS */
  readonly caller_rdnis?: string;
  /** The Tenant ID for the channel */
  readonly tenantid?: string;
}

/**
 * The merging of media from one or more channels.
 *
 * Everyone on the bridge receives the same audio.
 */
export interface Bridge {
  /** Unique identifier for this bridge */
  readonly id: string;
  /** Name of the current bridging technology */
  readonly technology: string;
  /** Type of bridge technology */
  readonly bridge_type: "mixing" | "holding";
  /** Bridging class */
  readonly bridge_class: string;
  /** Entity that created the bridge */
  readonly creator: string;
  /** Name the creator gave the bridge */
  readonly name: string;
  /** Ids of channels participating in this bridge */
  readonly channels: readonly string[];
  /** The video mode the bridge is using. One of 'none', 'talker', 'sfu', or 'single'. */
  readonly video_mode?: string;
  /** The ID of the channel that is the source of video in this bridge, if one exists. */
  readonly video_source_id?: string;
  /** Timestamp when bridge was created */
  readonly creationtime: string;
  /** Bridge variables */
  readonly bridgevars?: Readonly<Record<string, unknown>>;
}

/** A past recording that may be played back. */
export interface StoredRecording {
  readonly name: string;
  readonly format: string;
}

/** A recording that is in progress */
export interface LiveRecording {
  /** Base name for the recording */
  readonly name: string;
  /** Recording format (wav, gsm, etc.) */
  readonly format: string;
  /** URI for the channel or bridge being recorded */
  readonly target_uri: string;
  readonly state: "queued" | "recording" | "paused" | "done" | "failed" | "canceled";
  /** Duration in seconds of the recording */
  readonly duration?: number;
  /** Duration of talking, in seconds, detected in the recording. This is only available if the recording was initiated with a non-zero maxSilenceSeconds. */
  readonly talking_duration?: number;
  /** Duration of silence, in seconds, detected in the recording. This is only available if the recording was initiated with a non-zero maxSilenceSeconds. */
  readonly silence_duration?: number;
  /** Cause for recording failure if failed */
  readonly cause?: string;
}

/** Identifies the format and language of a sound file */
export interface FormatLangPair {
  readonly language: string;
  readonly format: string;
}

/** A media file that may be played back. */
export interface Sound {
  /** Sound's identifier. */
  readonly id: string;
  /** Text description of the sound, usually the words spoken. */
  readonly text?: string;
  /** The formats and languages in which this sound is available. */
  readonly formats: readonly FormatLangPair[];
}

/** Object representing the playback of media to a channel */
export interface Playback {
  /** ID for this playback operation */
  readonly id: string;
  /** The URI for the media currently being played back. */
  readonly media_uri: string;
  /** If a list of URIs is being played, the next media URI to be played back. */
  readonly next_media_uri?: string;
  /** URI for the channel or bridge to play the media on */
  readonly target_uri: string;
  /** For media types that support multiple languages, the language requested for playback. */
  readonly language?: string;
  /** Current state of the playback operation. */
  readonly state: "queued" | "playing" | "continuing" | "done" | "failed";
}

/** Represents the state of a device. */
export interface DeviceState {
  /** Name of the device. */
  readonly name: string;
  /** Device's state */
  readonly state: "UNKNOWN" | "NOT_INUSE" | "INUSE" | "BUSY" | "INVALID" | "UNAVAILABLE" | "RINGING" | "RINGINUSE" | "ONHOLD";
}

/** Represents the state of a mailbox. */
export interface Mailbox {
  /** Name of the mailbox. */
  readonly name: string;
  /** Count of old messages in the mailbox. */
  readonly old_messages: number;
  /** Count of new messages in the mailbox. */
  readonly new_messages: number;
}

/** Base type for errors and events */
export interface Message {
  /** Indicates the type of this message. */
  readonly type: string;
  /** The unique ID for the Asterisk instance that raised this event. */
  readonly asterisk_id?: string;
}

/** Error event sent when required params are missing. */
export interface MissingParams extends Message {
  readonly type: "MissingParams";
  /** A list of the missing parameters */
  readonly params: readonly string[];
}

/** Base type for asynchronous events from Asterisk. */
export interface Event extends Message {
  /** Name of the application receiving the event. */
  readonly application: string;
  /** Time at which this event was created. */
  readonly timestamp: string;
}

/** Detailed information about a contact on an endpoint. */
export interface ContactInfo {
  /** The location of the contact. */
  readonly uri: string;
  /** The current status of the contact. */
  readonly contact_status: "Unreachable" | "Reachable" | "Unknown" | "NonQualified" | "Removed";
  /** The Address of Record this contact belongs to. */
  readonly aor: string;
  /** Current round trip time, in microseconds, for the contact. */
  readonly roundtrip_usec?: string;
}

/** Detailed information about a remote peer that communicates with Asterisk. */
export interface Peer {
  /** The current state of the peer. Note that the values of the status are dependent on the underlying peer technology. */
  readonly peer_status: string;
  /** An optional reason associated with the change in peer_status. */
  readonly cause?: string;
  /** The IP address of the peer. */
  readonly address?: string;
  /** The port of the peer. */
  readonly port?: string;
  /** The last known time the peer was contacted. */
  readonly time?: string;
}

/** Notification that a device state has changed. */
export interface DeviceStateChanged extends Event {
  readonly type: "DeviceStateChanged";
  /** Device state object */
  readonly device_state: DeviceState;
}

/** Event showing the start of a media playback operation. */
export interface PlaybackStarted extends Event {
  readonly type: "PlaybackStarted";
  /** Playback control object */
  readonly playback: Playback;
}

/** Event showing the continuation of a media playback operation from one media URI to the next in the list. */
export interface PlaybackContinuing extends Event {
  readonly type: "PlaybackContinuing";
  /** Playback control object */
  readonly playback: Playback;
}

/** Event showing the completion of a media playback operation. */
export interface PlaybackFinished extends Event {
  readonly type: "PlaybackFinished";
  /** Playback control object */
  readonly playback: Playback;
}

/** Event showing the start of a recording operation. */
export interface RecordingStarted extends Event {
  readonly type: "RecordingStarted";
  /** Recording control object */
  readonly recording: LiveRecording;
}

/** Event showing the completion of a recording operation. */
export interface RecordingFinished extends Event {
  readonly type: "RecordingFinished";
  /** Recording control object */
  readonly recording: LiveRecording;
}

/** Event showing failure of a recording operation. */
export interface RecordingFailed extends Event {
  readonly type: "RecordingFailed";
  /** Recording control object */
  readonly recording: LiveRecording;
}

/** Notification that trying to move a channel to another Stasis application failed. */
export interface ApplicationMoveFailed extends Event {
  readonly type: "ApplicationMoveFailed";
  readonly channel: Channel;
  readonly destination: string;
  /** Arguments to the application */
  readonly args: readonly string[];
}

/** Notification that a Stasis app has been registered. */
export interface ApplicationRegistered extends Event {
  readonly type: "ApplicationRegistered";
}

/** Notification that a Stasis app has been unregistered. */
export interface ApplicationUnregistered extends Event {
  readonly type: "ApplicationUnregistered";
}

/**
 * Notification that another WebSocket has taken over for an application.
 *
 * An application may only be subscribed to by a single WebSocket at a time. If multiple WebSockets attempt to subscribe to the same application, the newer WebSocket wins, and the older one receives this event.
 */
export interface ApplicationReplaced extends Event {
  readonly type: "ApplicationReplaced";
}

/** Notification that a bridge has been created. */
export interface BridgeCreated extends Event {
  readonly type: "BridgeCreated";
  readonly bridge: Bridge;
}

/** Notification that a bridge has been destroyed. */
export interface BridgeDestroyed extends Event {
  readonly type: "BridgeDestroyed";
  readonly bridge: Bridge;
}

/** Notification that one bridge has merged into another. */
export interface BridgeMerged extends Event {
  readonly type: "BridgeMerged";
  readonly bridge: Bridge;
  readonly bridge_from: Bridge;
}

/** Notification that the source of video in a bridge has changed. */
export interface BridgeVideoSourceChanged extends Event {
  readonly type: "BridgeVideoSourceChanged";
  readonly bridge: Bridge;
  readonly old_video_source_id?: string;
}

/** Notification that a blind transfer has occurred. */
export interface BridgeBlindTransfer extends Event {
  readonly type: "BridgeBlindTransfer";
  /** The channel performing the blind transfer */
  readonly channel: Channel;
  /** The channel that is replacing transferer when the transferee(s) can not be transferred directly */
  readonly replace_channel?: Channel;
  /** The channel that is being transferred */
  readonly transferee?: Channel;
  /** The extension transferred to */
  readonly exten: string;
  /** The context transferred to */
  readonly context: string;
  /** The result of the transfer attempt */
  readonly result: string;
  /** Whether the transfer was externally initiated or not */
  readonly is_external: boolean;
  /** The bridge being transferred */
  readonly bridge?: Bridge;
}

/** Notification that an attended transfer has occurred. */
export interface BridgeAttendedTransfer extends Event {
  readonly type: "BridgeAttendedTransfer";
  /** First leg of the transferer */
  readonly transferer_first_leg: Channel;
  /** Second leg of the transferer */
  readonly transferer_second_leg: Channel;
  /** The channel that is replacing transferer_first_leg in the swap */
  readonly replace_channel?: Channel;
  /** The channel that is being transferred */
  readonly transferee?: Channel;
  /** The channel that is being transferred to */
  readonly transfer_target?: Channel;
  /** The result of the transfer attempt */
  readonly result: string;
  /** Whether the transfer was externally initiated or not */
  readonly is_external: boolean;
  /** Bridge the transferer first leg is in */
  readonly transferer_first_leg_bridge?: Bridge;
  /** Bridge the transferer second leg is in */
  readonly transferer_second_leg_bridge?: Bridge;
  /** How the transfer was accomplished */
  readonly destination_type: string;
  /** Bridge that survived the merge result */
  readonly destination_bridge?: string;
  /** Application that has been transferred into */
  readonly destination_application?: string;
  /** First leg of a link transfer result */
  readonly destination_link_first_leg?: Channel;
  /** Second leg of a link transfer result */
  readonly destination_link_second_leg?: Channel;
  /** Transferer channel that survived the threeway result */
  readonly destination_threeway_channel?: Channel;
  /** Bridge that survived the threeway result */
  readonly destination_threeway_bridge?: Bridge;
}

/** Notification that a channel has been created. */
export interface ChannelCreated extends Event {
  readonly type: "ChannelCreated";
  readonly channel: Channel;
}

/** Notification that a channel has been destroyed. */
export interface ChannelDestroyed extends Event {
  readonly type: "ChannelDestroyed";
  /** Integer representation of the cause of the hangup */
  readonly cause: number;
  /** Text representation of the cause of the hangup */
  readonly cause_txt: string;
  /** Integer representation of the technology-specific off-nominal cause of the hangup. */
  readonly tech_cause?: number;
  readonly channel: Channel;
}

/** Notification that a channel has entered a bridge. */
export interface ChannelEnteredBridge extends Event {
  readonly type: "ChannelEnteredBridge";
  readonly bridge: Bridge;
  readonly channel?: Channel;
}

/** Notification that a channel has left a bridge. */
export interface ChannelLeftBridge extends Event {
  readonly type: "ChannelLeftBridge";
  readonly bridge: Bridge;
  readonly channel: Channel;
}

/** Notification of a channel's state change. */
export interface ChannelStateChange extends Event {
  readonly type: "ChannelStateChange";
  readonly channel: Channel;
}

/**
 * DTMF received on a channel.
 *
 * This event is sent when the DTMF ends. There is no notification about the start of DTMF
 */
export interface ChannelDtmfReceived extends Event {
  readonly type: "ChannelDtmfReceived";
  /** DTMF digit received (0-9, A-E, # or *) */
  readonly digit: string;
  /** Number of milliseconds DTMF was received */
  readonly duration_ms: number;
  /** The channel on which DTMF was received */
  readonly channel: Channel;
}

/** Channel changed location in the dialplan. */
export interface ChannelDialplan extends Event {
  readonly type: "ChannelDialplan";
  /** The channel that changed dialplan location. */
  readonly channel: Channel;
  /** The application about to be executed. */
  readonly dialplan_app: string;
  /** The data to be passed to the application. */
  readonly dialplan_app_data: string;
}

/** Channel changed Caller ID. */
export interface ChannelCallerId extends Event {
  readonly type: "ChannelCallerId";
  /** The integer representation of the Caller Presentation value. */
  readonly caller_presentation: number;
  /** The text representation of the Caller Presentation value. */
  readonly caller_presentation_txt: string;
  /** The channel that changed Caller ID. */
  readonly channel: Channel;
}

/** User-generated event with additional user-defined fields in the object. */
export interface ChannelUserevent extends Event {
  readonly type: "ChannelUserevent";
  /** The name of the user event. */
  readonly eventname: string;
  /** A channel that is signaled with the user event. */
  readonly channel?: Channel;
  /** A bridge that is signaled with the user event. */
  readonly bridge?: Bridge;
  /** A endpoint that is signaled with the user event. */
  readonly endpoint?: Endpoint;
  /** Custom Userevent data */
  readonly userevent: Readonly<Record<string, unknown>>;
}

/** A hangup was requested on the channel. */
export interface ChannelHangupRequest extends Event {
  readonly type: "ChannelHangupRequest";
  /** Integer representation of the cause of the hangup. */
  readonly cause?: number;
  /** Integer representation of the technology-specific off-nominal cause of the hangup. */
  readonly tech_cause?: number;
  /** Whether the hangup request was a soft hangup request. */
  readonly soft?: boolean;
  /** The channel on which the hangup was requested. */
  readonly channel: Channel;
}

/** Channel variable changed. */
export interface ChannelVarset extends Event {
  readonly type: "ChannelVarset";
  /** The variable that changed. */
  readonly variable: string;
  /** The new value of the variable. */
  readonly value: string;
  /**
   * The channel on which the variable was set.
   *
   * If missing, the variable is a global variable.
   */
  readonly channel?: Channel;
}

/** A channel initiated a media hold. */
export interface ChannelHold extends Event {
  readonly type: "ChannelHold";
  /** The channel that initiated the hold event. */
  readonly channel: Channel;
  /** The music on hold class that the initiator requested. */
  readonly musicclass?: string;
}

/** A channel initiated a media unhold. */
export interface ChannelUnhold extends Event {
  readonly type: "ChannelUnhold";
  /** The channel that initiated the unhold event. */
  readonly channel: Channel;
}

/** Tone was detected on the channel. */
export interface ChannelToneDetected extends Event {
  readonly type: "ChannelToneDetected";
  /** The channel the tone was detected on. */
  readonly channel: Channel;
}

/** Talking was detected on the channel. */
export interface ChannelTalkingStarted extends Event {
  readonly type: "ChannelTalkingStarted";
  /** The channel on which talking started. */
  readonly channel: Channel;
}

/** Talking is no longer detected on the channel. */
export interface ChannelTalkingFinished extends Event {
  readonly type: "ChannelTalkingFinished";
  /** The channel on which talking completed. */
  readonly channel: Channel;
  /** The length of time, in milliseconds, that talking was detected on the channel */
  readonly duration: number;
}

/** The state of a contact on an endpoint has changed. */
export interface ContactStatusChange extends Event {
  readonly type: "ContactStatusChange";
  readonly endpoint: Endpoint;
  readonly contact_info: ContactInfo;
}

/** The state of a peer associated with an endpoint has changed. */
export interface PeerStatusChange extends Event {
  readonly type: "PeerStatusChange";
  readonly endpoint: Endpoint;
  readonly peer: Peer;
}

/** Endpoint state changed. */
export interface EndpointStateChange extends Event {
  readonly type: "EndpointStateChange";
  readonly endpoint: Endpoint;
}

/** Dialing state has changed. */
export interface Dial extends Event {
  readonly type: "Dial";
  /** The calling channel. */
  readonly caller?: Channel;
  /** The dialed channel. */
  readonly peer: Channel;
  /** Forwarding target requested by the original dialed channel. */
  readonly forward?: string;
  /** Channel that the caller has been forwarded to. */
  readonly forwarded?: Channel;
  /** The dial string for calling the peer channel. */
  readonly dialstring?: string;
  /** Current status of the dialing attempt to the peer. */
  readonly dialstatus: string;
}

/** Notification that a channel has left a Stasis application. */
export interface StasisEnd extends Event {
  readonly type: "StasisEnd";
  readonly channel: Channel;
}

/** Notification that a channel has entered a Stasis application. */
export interface StasisStart extends Event {
  readonly type: "StasisStart";
  /** Arguments to the application */
  readonly args: readonly string[];
  readonly channel: Channel;
  readonly replace_channel?: Channel;
}

/** A text message was received from an endpoint. */
export interface TextMessageReceived extends Event {
  readonly type: "TextMessageReceived";
  readonly message: TextMessage;
  readonly endpoint?: Endpoint;
}

/** Channel changed Connected Line. */
export interface ChannelConnectedLine extends Event {
  readonly type: "ChannelConnectedLine";
  /** The channel whose connected line has changed. */
  readonly channel: Channel;
}

/** transfer on a channel. */
export interface ChannelTransfer extends Event {
  readonly type: "ChannelTransfer";
  /** Transfer State */
  readonly state?: string;
  /** Refer-To information with optionally both affected channels */
  readonly refer_to: ReferTo;
  /** Referred-By SIP Header according rfc3892 */
  readonly referred_by: ReferredBy;
}

/** transfer destination requested by transferee */
export interface ReferTo {
  readonly requested_destination: RequiredDestination;
  /** The Channel Object, that is to be replaced */
  readonly destination_channel?: Channel;
  /** Channel, connected to the to be replaced channel */
  readonly connected_channel?: Channel;
  /** Bridge connecting both destination channels */
  readonly bridge?: Bridge;
}

/** transfer destination requested by transferee */
export interface ReferredBy {
  /** The channel on which the refer was received */
  readonly source_channel: Channel;
  /** Channel, Connected to the channel, receiving the transfer request on. */
  readonly connected_channel?: Channel;
  /** Bridge connecting both Channels */
  readonly bridge?: Bridge;
}

/** Information about the requested destination */
export interface RequiredDestination {
  /** the requested protocol-id by the referee in case of SIP channel, this is a SIP Call ID, Mutually exclusive to destination */
  readonly protocol_id?: string;
  /** Destination User Part. Only for Blind transfer. Mutually exclusive to protocol_id */
  readonly destination?: string;
  /** List of additional protocol specific information */
  readonly additional_protocol_params?: readonly AdditionalParam[];
}

/** Protocol specific additional parameter */
export interface AdditionalParam {
  /** Name of the parameter */
  readonly parameter_name: string;
  /** Value of the parameter */
  readonly parameter_value: string;
}

/** REST over Websocket header */
export interface RESTHeader {
  /** Header name */
  readonly name: string;
  /** Header value */
  readonly value: string;
}

/** REST over Websocket Query String Parameter */
export interface RESTQueryStringParameter {
  /** Parameter name */
  readonly name: string;
  /** Parameter value */
  readonly value: string;
}

/** REST over Websocket Request. */
export interface RESTRequest {
  /** Message type.  Must be 'RESTRequest' */
  readonly type: string;
  /** Opaque transaction id.  Can be any valid string.  Will be returned in any response to this request. */
  readonly transaction_id: string;
  /** Opaque request id.  Can be any valid string.  Will be returned in any response to this request. */
  readonly request_id: string;
  /** HTTP method (GET, PUT, POST, DELETE, etc.) */
  readonly method: string;
  /** Resource URI with optional query string parameters. */
  readonly uri: string;
  /** The Content-Type of the message body. */
  readonly content_type?: string;
  /** Request query string parameters. */
  readonly query_strings?: readonly RESTQueryStringParameter[];
  /** Request message body. Only content types application/json and application/x-www-form-urlencoded are supported. */
  readonly message_body?: string;
}

/** REST over Websocket Response. */
export interface RESTResponse extends Message {
  readonly type: "RESTResponse";
  /** Opaque transaction id.  Will be whatever was specified on the original request. */
  readonly transaction_id: string;
  /** Opaque request id.  Will be whatever was specified on the original request. */
  readonly request_id: string;
  /** HTTP status code */
  readonly status_code: number;
  /** HTTP reason phrase */
  readonly reason_phrase: string;
  /** Original request resource URI */
  readonly uri: string;
  /** The Content-Type of the message body. */
  readonly content_type?: string;
  /** Response message body */
  readonly message_body?: string;
}

/** Notification that a channel is being broadcast to ARI applications for claiming. */
export interface CallBroadcast extends Event {
  readonly type: "CallBroadcast";
  /** The channel being broadcast. */
  readonly channel: Channel;
  /** The caller ID number. */
  readonly caller?: string;
  /** The called number. */
  readonly called?: string;
}

/** Notification that a broadcast channel has been successfully claimed by an ARI application. */
export interface CallClaimed extends Event {
  readonly type: "CallClaimed";
  /** The channel that was claimed. */
  readonly channel: Channel;
  /** The name of the ARI application that claimed the channel. */
  readonly winner_app: string;
}

/** Details of a Stasis application */
export interface Application {
  /** Name of this application */
  readonly name: string;
  /** Id's for channels subscribed to. */
  readonly channel_ids: readonly string[];
  /** Id's for bridges subscribed to. */
  readonly bridge_ids: readonly string[];
  /** {tech}/{resource} for endpoints subscribed to. */
  readonly endpoint_ids: readonly string[];
  /** Names of the devices subscribed to. */
  readonly device_names: readonly string[];
  /** Event types sent to the application. */
  readonly events_allowed: readonly Readonly<Record<string, unknown>>[];
  /** Event types not sent to the application. */
  readonly events_disallowed: readonly Readonly<Record<string, unknown>>[];
}

/** Everything that Asterisk tells an application unasked, told apart by `type`. */
export type AriEvent =
  | DeviceStateChanged
  | PlaybackStarted
  | PlaybackContinuing
  | PlaybackFinished
  | RecordingStarted
  | RecordingFinished
  | RecordingFailed
  | ApplicationMoveFailed
  | ApplicationRegistered
  | ApplicationUnregistered
  | ApplicationReplaced
  | BridgeCreated
  | BridgeDestroyed
  | BridgeMerged
  | BridgeBlindTransfer
  | BridgeAttendedTransfer
  | BridgeVideoSourceChanged
  | ChannelCreated
  | ChannelDestroyed
  | ChannelEnteredBridge
  | ChannelLeftBridge
  | ChannelStateChange
  | ChannelDtmfReceived
  | ChannelDialplan
  | ChannelCallerId
  | ChannelUserevent
  | ChannelHangupRequest
  | ChannelVarset
  | ChannelToneDetected
  | ChannelTalkingStarted
  | ChannelTalkingFinished
  | ChannelHold
  | ChannelUnhold
  | ContactStatusChange
  | EndpointStateChange
  | Dial
  | StasisEnd
  | StasisStart
  | TextMessageReceived
  | ChannelConnectedLine
  | PeerStatusChange
  | ChannelTransfer
  | CallBroadcast
  | CallClaimed;

export type AriEventType = AriEvent["type"];

export const ariEventTypes = [
  "DeviceStateChanged",
  "PlaybackStarted",
  "PlaybackContinuing",
  "PlaybackFinished",
  "RecordingStarted",
  "RecordingFinished",
  "RecordingFailed",
  "ApplicationMoveFailed",
  "ApplicationRegistered",
  "ApplicationUnregistered",
  "ApplicationReplaced",
  "BridgeCreated",
  "BridgeDestroyed",
  "BridgeMerged",
  "BridgeBlindTransfer",
  "BridgeAttendedTransfer",
  "BridgeVideoSourceChanged",
  "ChannelCreated",
  "ChannelDestroyed",
  "ChannelEnteredBridge",
  "ChannelLeftBridge",
  "ChannelStateChange",
  "ChannelDtmfReceived",
  "ChannelDialplan",
  "ChannelCallerId",
  "ChannelUserevent",
  "ChannelHangupRequest",
  "ChannelVarset",
  "ChannelToneDetected",
  "ChannelTalkingStarted",
  "ChannelTalkingFinished",
  "ChannelHold",
  "ChannelUnhold",
  "ContactStatusChange",
  "EndpointStateChange",
  "Dial",
  "StasisEnd",
  "StasisStart",
  "TextMessageReceived",
  "ChannelConnectedLine",
  "PeerStatusChange",
  "ChannelTransfer",
  "CallBroadcast",
  "CallClaimed",
] as const satisfies readonly AriEventType[];

/** Events without an upper size: they hold a list, an open set of names, or a model that does. */
export const openAriEvents: ReadonlySet<AriEventType> = new Set<AriEventType>([
  "ApplicationMoveFailed",
  "BridgeCreated",
  "BridgeDestroyed",
  "BridgeMerged",
  "BridgeBlindTransfer",
  "BridgeAttendedTransfer",
  "BridgeVideoSourceChanged",
  "ChannelEnteredBridge",
  "ChannelLeftBridge",
  "ChannelUserevent",
  "ContactStatusChange",
  "EndpointStateChange",
  "StasisStart",
  "TextMessageReceived",
  "PeerStatusChange",
  "ChannelTransfer",
]);

/** Every operation: its method, path, and the shapes of query, body and result. */
export interface AriOperations {
  /** Retrieve a dynamic configuration object. */
  readonly "asterisk.getObject": {
    readonly method: "GET";
    readonly path: "/asterisk/config/dynamic/{configClass}/{objectType}/{id}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly ConfigTuple[];
  };
  /** Create or update a dynamic configuration object. */
  readonly "asterisk.updateObject": {
    readonly method: "PUT";
    readonly path: "/asterisk/config/dynamic/{configClass}/{objectType}/{id}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: { readonly fields?: Readonly<Record<string, unknown>> };
    readonly result: readonly ConfigTuple[];
  };
  /** Delete a dynamic configuration object. */
  readonly "asterisk.deleteObject": {
    readonly method: "DELETE";
    readonly path: "/asterisk/config/dynamic/{configClass}/{objectType}/{id}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Gets Asterisk system information. */
  readonly "asterisk.getInfo": {
    readonly method: "GET";
    readonly path: "/asterisk/info";
    readonly query: { readonly only?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: AsteriskInfo;
  };
  /** Response pong message. */
  readonly "asterisk.ping": {
    readonly method: "GET";
    readonly path: "/asterisk/ping";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: AsteriskPing;
  };
  /** List Asterisk modules. */
  readonly "asterisk.listModules": {
    readonly method: "GET";
    readonly path: "/asterisk/modules";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly Module[];
  };
  /** Get Asterisk module information. */
  readonly "asterisk.getModule": {
    readonly method: "GET";
    readonly path: "/asterisk/modules/{moduleName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: Module;
  };
  /** Load an Asterisk module. */
  readonly "asterisk.loadModule": {
    readonly method: "POST";
    readonly path: "/asterisk/modules/{moduleName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Unload an Asterisk module. */
  readonly "asterisk.unloadModule": {
    readonly method: "DELETE";
    readonly path: "/asterisk/modules/{moduleName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Reload an Asterisk module. */
  readonly "asterisk.reloadModule": {
    readonly method: "PUT";
    readonly path: "/asterisk/modules/{moduleName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Gets Asterisk log channel information. */
  readonly "asterisk.listLogChannels": {
    readonly method: "GET";
    readonly path: "/asterisk/logging";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly LogChannel[];
  };
  /** Adds a log channel. */
  readonly "asterisk.addLog": {
    readonly method: "POST";
    readonly path: "/asterisk/logging/{logChannelName}";
    readonly query: { readonly configuration: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Deletes a log channel. */
  readonly "asterisk.deleteLog": {
    readonly method: "DELETE";
    readonly path: "/asterisk/logging/{logChannelName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Rotates a log channel. */
  readonly "asterisk.rotateLog": {
    readonly method: "PUT";
    readonly path: "/asterisk/logging/{logChannelName}/rotate";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Get the value of a global variable. */
  readonly "asterisk.getGlobalVar": {
    readonly method: "GET";
    readonly path: "/asterisk/variable";
    readonly query: { readonly variable: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Variable;
  };
  /** Set the value of a global variable. */
  readonly "asterisk.setGlobalVar": {
    readonly method: "POST";
    readonly path: "/asterisk/variable";
    readonly query: { readonly variable: string; readonly value?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** List all endpoints. */
  readonly "endpoints.list": {
    readonly method: "GET";
    readonly path: "/endpoints";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly Endpoint[];
  };
  /** Send a message to some technology URI or endpoint. */
  readonly "endpoints.sendMessage": {
    readonly method: "PUT";
    readonly path: "/endpoints/sendMessage";
    readonly query: { readonly to: string; readonly from: string; readonly body?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: void;
  };
  /** Refer an endpoint or technology URI to some technology URI or endpoint. */
  readonly "endpoints.refer": {
    readonly method: "POST";
    readonly path: "/endpoints/refer";
    readonly query: { readonly to: string; readonly from: string; readonly refer_to: string; readonly to_self?: boolean };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: void;
  };
  /** List available endoints for a given endpoint technology. */
  readonly "endpoints.listByTech": {
    readonly method: "GET";
    readonly path: "/endpoints/{tech}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly Endpoint[];
  };
  /** Details for an endpoint. */
  readonly "endpoints.get": {
    readonly method: "GET";
    readonly path: "/endpoints/{tech}/{resource}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: Endpoint;
  };
  /** Send a message to some endpoint in a technology. */
  readonly "endpoints.sendMessageToEndpoint": {
    readonly method: "PUT";
    readonly path: "/endpoints/{tech}/{resource}/sendMessage";
    readonly query: { readonly from: string; readonly body?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: void;
  };
  /** Refer an endpoint or technology URI to some technology URI or endpoint. */
  readonly "endpoints.referToEndpoint": {
    readonly method: "POST";
    readonly path: "/endpoints/{tech}/{resource}/refer";
    readonly query: { readonly from: string; readonly refer_to: string; readonly to_self?: boolean };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: void;
  };
  /** List all active channels in Asterisk. */
  readonly "channels.list": {
    readonly method: "GET";
    readonly path: "/channels";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly Channel[];
  };
  /** Create a new channel (originate). */
  readonly "channels.originate": {
    readonly method: "POST";
    readonly path: "/channels";
    readonly query: { readonly endpoint: string; readonly extension?: string; readonly context?: string; readonly priority?: number; readonly label?: string; readonly app?: string; readonly appArgs?: string; readonly callerId?: string; readonly timeout?: number; readonly channelId?: string; readonly otherChannelId?: string; readonly originator?: string; readonly formats?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: Channel;
  };
  /** Create channel. */
  readonly "channels.create": {
    readonly method: "POST";
    readonly path: "/channels/create";
    readonly query: { readonly endpoint: string; readonly app: string; readonly appArgs?: string; readonly channelId?: string; readonly otherChannelId?: string; readonly originator?: string; readonly formats?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: Channel;
  };
  /** Channel details. */
  readonly "channels.get": {
    readonly method: "GET";
    readonly path: "/channels/{channelId}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: Channel;
  };
  /** Create a new channel (originate with id). */
  readonly "channels.originateWithId": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}";
    readonly query: { readonly endpoint: string; readonly extension?: string; readonly context?: string; readonly priority?: number; readonly label?: string; readonly app?: string; readonly appArgs?: string; readonly callerId?: string; readonly timeout?: number; readonly otherChannelId?: string; readonly originator?: string; readonly formats?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: Channel;
  };
  /** Delete (i.e. hangup) a channel. */
  readonly "channels.hangup": {
    readonly method: "DELETE";
    readonly path: "/channels/{channelId}";
    readonly query: { readonly reason_code?: string; readonly reason?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Exit application; continue execution in the dialplan. */
  readonly "channels.continueInDialplan": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/continue";
    readonly query: { readonly context?: string; readonly extension?: string; readonly priority?: number; readonly label?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Move the channel from one Stasis application to another. */
  readonly "channels.move": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/move";
    readonly query: { readonly app: string; readonly appArgs?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Redirect the channel to a different location. */
  readonly "channels.redirect": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/redirect";
    readonly query: { readonly endpoint: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Answer a channel. */
  readonly "channels.answer": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/answer";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Indicate ringing to a channel. */
  readonly "channels.ring": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/ring";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Stop ringing indication on a channel if locally generated. */
  readonly "channels.ringStop": {
    readonly method: "DELETE";
    readonly path: "/channels/{channelId}/ring";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Indicate progress on a channel. */
  readonly "channels.progress": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/progress";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Send provided DTMF to a given channel. */
  readonly "channels.sendDTMF": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/dtmf";
    readonly query: { readonly dtmf?: string; readonly before?: number; readonly between?: number; readonly duration?: number; readonly after?: number };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Mute a channel. */
  readonly "channels.mute": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/mute";
    readonly query: { readonly direction?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Unmute a channel. */
  readonly "channels.unmute": {
    readonly method: "DELETE";
    readonly path: "/channels/{channelId}/mute";
    readonly query: { readonly direction?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Hold a channel. */
  readonly "channels.hold": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/hold";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Remove a channel from hold. */
  readonly "channels.unhold": {
    readonly method: "DELETE";
    readonly path: "/channels/{channelId}/hold";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Play music on hold to a channel. */
  readonly "channels.startMoh": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/moh";
    readonly query: { readonly mohClass?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Stop playing music on hold to a channel. */
  readonly "channels.stopMoh": {
    readonly method: "DELETE";
    readonly path: "/channels/{channelId}/moh";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Play silence to a channel. */
  readonly "channels.startSilence": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/silence";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Stop playing silence to a channel. */
  readonly "channels.stopSilence": {
    readonly method: "DELETE";
    readonly path: "/channels/{channelId}/silence";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Start playback of media. */
  readonly "channels.play": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/play";
    readonly query: { readonly media: string; readonly lang?: string; readonly offsetms?: number; readonly skipms?: number; readonly playbackId?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Playback;
  };
  /** Start playback of media and specify the playbackId. */
  readonly "channels.playWithId": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/play/{playbackId}";
    readonly query: { readonly media: string; readonly lang?: string; readonly offsetms?: number; readonly skipms?: number };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Playback;
  };
  /** Start a recording. */
  readonly "channels.record": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/record";
    readonly query: { readonly name: string; readonly format: string; readonly maxDurationSeconds?: number; readonly maxSilenceSeconds?: number; readonly ifExists?: string; readonly beep?: boolean; readonly terminateOn?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: LiveRecording;
  };
  /** Get the value of a channel variable or function. */
  readonly "channels.getChannelVar": {
    readonly method: "GET";
    readonly path: "/channels/{channelId}/variable";
    readonly query: { readonly variable: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Variable;
  };
  /** Set the value of a channel variable or function. */
  readonly "channels.setChannelVar": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/variable";
    readonly query: { readonly variable: string; readonly value?: string; readonly report_events?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Get the value of multiple channel variables or functions. */
  readonly "channels.getChannelVars": {
    readonly method: "GET";
    readonly path: "/channels/{channelId}/variables";
    readonly query: { readonly variables: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Variables;
  };
  /** Set the values of multiple channel variables or functions. */
  readonly "channels.setChannelVars": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/variables";
    readonly query: Readonly<Record<string, never>>;
    readonly body: { readonly variables: Readonly<Record<string, unknown>> };
    readonly result: void;
  };
  /** Start snooping. */
  readonly "channels.snoopChannel": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/snoop";
    readonly query: { readonly spy?: string; readonly whisper?: string; readonly app: string; readonly appArgs?: string; readonly snoopId?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Channel;
  };
  /** Start snooping. */
  readonly "channels.snoopChannelWithId": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/snoop/{snoopId}";
    readonly query: { readonly spy?: string; readonly whisper?: string; readonly app: string; readonly appArgs?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Channel;
  };
  /** Dial a created channel. */
  readonly "channels.dial": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/dial";
    readonly query: { readonly caller?: string; readonly timeout?: number };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** RTP stats on a channel. */
  readonly "channels.rtpstatistics": {
    readonly method: "GET";
    readonly path: "/channels/{channelId}/rtp_statistics";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: RTPstat;
  };
  /** Start an External Media session. */
  readonly "channels.externalMedia": {
    readonly method: "POST";
    readonly path: "/channels/externalMedia";
    readonly query: { readonly channelId?: string; readonly app: string; readonly external_host?: string; readonly encapsulation?: string; readonly transport?: string; readonly connection_type?: string; readonly format: string; readonly direction?: string; readonly data?: string; readonly transport_data?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: Channel;
  };
  /** Inform the channel about the progress of the attended/blind transfer. */
  readonly "channels.transfer_progress": {
    readonly method: "POST";
    readonly path: "/channels/{channelId}/transfer_progress";
    readonly query: { readonly states: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** List all active bridges in Asterisk. */
  readonly "bridges.list": {
    readonly method: "GET";
    readonly path: "/bridges";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly Bridge[];
  };
  /** Create a new bridge. */
  readonly "bridges.create": {
    readonly method: "POST";
    readonly path: "/bridges";
    readonly query: { readonly type?: string; readonly bridgeId?: string; readonly name?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: Bridge;
  };
  /** Create a new bridge. */
  readonly "bridges.createWithId": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}";
    readonly query: { readonly type?: string; readonly name?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: Bridge;
  };
  /** Get bridge details. */
  readonly "bridges.get": {
    readonly method: "GET";
    readonly path: "/bridges/{bridgeId}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: Bridge;
  };
  /** Shut down a bridge. */
  readonly "bridges.destroy": {
    readonly method: "DELETE";
    readonly path: "/bridges/{bridgeId}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Get the value of a bridge variable or function. */
  readonly "bridges.getBridgeVar": {
    readonly method: "GET";
    readonly path: "/bridges/{bridgeId}/variable";
    readonly query: { readonly variable: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Variable;
  };
  /** Set the value of a bridge variable or function. */
  readonly "bridges.setBridgeVar": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/variable";
    readonly query: { readonly variable: string; readonly value?: string; readonly report_events?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Get the value of multiple bridge variables or functions. */
  readonly "bridges.getBridgeVars": {
    readonly method: "GET";
    readonly path: "/bridges/{bridgeId}/variables";
    readonly query: { readonly variables: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Variables;
  };
  /** Set the values of multiple bridge variables or functions. */
  readonly "bridges.setBridgeVars": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/variables";
    readonly query: Readonly<Record<string, never>>;
    readonly body: { readonly variables: Readonly<Record<string, unknown>> };
    readonly result: void;
  };
  /** Add a channel to a bridge. */
  readonly "bridges.addChannel": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/addChannel";
    readonly query: { readonly channel: string; readonly role?: string; readonly absorbDTMF?: boolean; readonly mute?: boolean; readonly inhibitConnectedLineUpdates?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Remove a channel from a bridge. */
  readonly "bridges.removeChannel": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/removeChannel";
    readonly query: { readonly channel: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Set a channel as the video source in a multi-party mixing bridge. This operation has no effect on bridges with two or fewer participants. */
  readonly "bridges.setVideoSource": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/videoSource/{channelId}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Removes any explicit video source in a multi-party mixing bridge. This operation has no effect on bridges with two or fewer participants. When no explicit video source is set, talk detection will be used to determine the active video stream. */
  readonly "bridges.clearVideoSource": {
    readonly method: "DELETE";
    readonly path: "/bridges/{bridgeId}/videoSource";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Play music on hold to a bridge or change the MOH class that is playing. */
  readonly "bridges.startMoh": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/moh";
    readonly query: { readonly mohClass?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Stop playing music on hold to a bridge. */
  readonly "bridges.stopMoh": {
    readonly method: "DELETE";
    readonly path: "/bridges/{bridgeId}/moh";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Start playback of media on a bridge. */
  readonly "bridges.play": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/play";
    readonly query: { readonly media: string; readonly announcer_format?: string; readonly lang?: string; readonly offsetms?: number; readonly skipms?: number; readonly playbackId?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Playback;
  };
  /** Start playback of media on a bridge. */
  readonly "bridges.playWithId": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/play/{playbackId}";
    readonly query: { readonly media: string; readonly announcer_format?: string; readonly lang?: string; readonly offsetms?: number; readonly skipms?: number };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Playback;
  };
  /** Start a recording. */
  readonly "bridges.record": {
    readonly method: "POST";
    readonly path: "/bridges/{bridgeId}/record";
    readonly query: { readonly name: string; readonly format: string; readonly recorder_format?: string; readonly maxDurationSeconds?: number; readonly maxSilenceSeconds?: number; readonly ifExists?: string; readonly beep?: boolean; readonly terminateOn?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: LiveRecording;
  };
  /** List recordings that are complete. */
  readonly "recordings.listStored": {
    readonly method: "GET";
    readonly path: "/recordings/stored";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly StoredRecording[];
  };
  /** Get a stored recording's details. */
  readonly "recordings.getStored": {
    readonly method: "GET";
    readonly path: "/recordings/stored/{recordingName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: StoredRecording;
  };
  /** Delete a stored recording. */
  readonly "recordings.deleteStored": {
    readonly method: "DELETE";
    readonly path: "/recordings/stored/{recordingName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Get the file associated with the stored recording. */
  readonly "recordings.getStoredFile": {
    readonly method: "GET";
    readonly path: "/recordings/stored/{recordingName}/file";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: unknown;
  };
  /** Copy a stored recording. */
  readonly "recordings.copyStored": {
    readonly method: "POST";
    readonly path: "/recordings/stored/{recordingName}/copy";
    readonly query: { readonly destinationRecordingName: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: StoredRecording;
  };
  /** List live recordings. */
  readonly "recordings.getLive": {
    readonly method: "GET";
    readonly path: "/recordings/live/{recordingName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: LiveRecording;
  };
  /** Stop a live recording and discard it. */
  readonly "recordings.cancel": {
    readonly method: "DELETE";
    readonly path: "/recordings/live/{recordingName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Stop a live recording and store it. */
  readonly "recordings.stop": {
    readonly method: "POST";
    readonly path: "/recordings/live/{recordingName}/stop";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Pause a live recording. */
  readonly "recordings.pause": {
    readonly method: "POST";
    readonly path: "/recordings/live/{recordingName}/pause";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Unpause a live recording. */
  readonly "recordings.unpause": {
    readonly method: "DELETE";
    readonly path: "/recordings/live/{recordingName}/pause";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Mute a live recording. */
  readonly "recordings.mute": {
    readonly method: "POST";
    readonly path: "/recordings/live/{recordingName}/mute";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Unmute a live recording. */
  readonly "recordings.unmute": {
    readonly method: "DELETE";
    readonly path: "/recordings/live/{recordingName}/mute";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** List all sounds. */
  readonly "sounds.list": {
    readonly method: "GET";
    readonly path: "/sounds";
    readonly query: { readonly lang?: string; readonly format?: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly Sound[];
  };
  /** Get a sound's details. */
  readonly "sounds.get": {
    readonly method: "GET";
    readonly path: "/sounds/{soundId}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: Sound;
  };
  /** Get a playback's details. */
  readonly "playbacks.get": {
    readonly method: "GET";
    readonly path: "/playbacks/{playbackId}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: Playback;
  };
  /** Stop a playback. */
  readonly "playbacks.stop": {
    readonly method: "DELETE";
    readonly path: "/playbacks/{playbackId}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Control a playback. */
  readonly "playbacks.control": {
    readonly method: "POST";
    readonly path: "/playbacks/{playbackId}/control";
    readonly query: { readonly operation: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** List all ARI controlled device states. */
  readonly "deviceStates.list": {
    readonly method: "GET";
    readonly path: "/deviceStates";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly DeviceState[];
  };
  /** Retrieve the current state of a device. */
  readonly "deviceStates.get": {
    readonly method: "GET";
    readonly path: "/deviceStates/{deviceName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: DeviceState;
  };
  /** Change the state of a device controlled by ARI. (Note - implicitly creates the device state). */
  readonly "deviceStates.update": {
    readonly method: "PUT";
    readonly path: "/deviceStates/{deviceName}";
    readonly query: { readonly deviceState: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Destroy a device-state controlled by ARI. */
  readonly "deviceStates.delete": {
    readonly method: "DELETE";
    readonly path: "/deviceStates/{deviceName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** List all mailboxes. */
  readonly "mailboxes.list": {
    readonly method: "GET";
    readonly path: "/mailboxes";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly Mailbox[];
  };
  /** Retrieve the current state of a mailbox. */
  readonly "mailboxes.get": {
    readonly method: "GET";
    readonly path: "/mailboxes/{mailboxName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: Mailbox;
  };
  /** Change the state of a mailbox. (Note - implicitly creates the mailbox). */
  readonly "mailboxes.update": {
    readonly method: "PUT";
    readonly path: "/mailboxes/{mailboxName}";
    readonly query: { readonly oldMessages: number; readonly newMessages: number };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Destroy a mailbox. */
  readonly "mailboxes.delete": {
    readonly method: "DELETE";
    readonly path: "/mailboxes/{mailboxName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** Generate a user event. */
  readonly "events.userEvent": {
    readonly method: "POST";
    readonly path: "/events/user/{eventName}";
    readonly query: { readonly application: string; readonly source?: string };
    readonly body: { readonly variables?: Readonly<Record<string, unknown>> };
    readonly result: void;
  };
  /** Claim a broadcast channel for this application. */
  readonly "events.claimChannel": {
    readonly method: "POST";
    readonly path: "/events/claim";
    readonly query: { readonly channelId: string; readonly application: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: void;
  };
  /** List all applications. */
  readonly "applications.list": {
    readonly method: "GET";
    readonly path: "/applications";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: readonly Application[];
  };
  /** Get details of an application. */
  readonly "applications.get": {
    readonly method: "GET";
    readonly path: "/applications/{applicationName}";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>>;
    readonly result: Application;
  };
  /** Subscribe an application to a event source. */
  readonly "applications.subscribe": {
    readonly method: "POST";
    readonly path: "/applications/{applicationName}/subscription";
    readonly query: { readonly eventSource: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Application;
  };
  /** Unsubscribe an application from an event source. */
  readonly "applications.unsubscribe": {
    readonly method: "DELETE";
    readonly path: "/applications/{applicationName}/subscription";
    readonly query: { readonly eventSource: string };
    readonly body: Readonly<Record<string, never>>;
    readonly result: Application;
  };
  /** Filter application events types. */
  readonly "applications.filter": {
    readonly method: "PUT";
    readonly path: "/applications/{applicationName}/eventFilter";
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, unknown>>;
    readonly result: Application;
  };
}

/** What an operation is made of when the program runs. */
export interface AriOperationFacts {
  /** Name of the result's type in Asterisk's description, e.g. `List[Channel]`. */
  readonly result: string;
  /** The result holds a list, an open set of names, or a file, and so has no upper size. */
  readonly open: boolean;
}

export const ariOperations: {
  readonly [Name in keyof AriOperations]: Pick<AriOperations[Name], "method" | "path"> & AriOperationFacts;
} = {
  "asterisk.getObject": { method: "GET", path: "/asterisk/config/dynamic/{configClass}/{objectType}/{id}", result: "List[ConfigTuple]", open: true },
  "asterisk.updateObject": { method: "PUT", path: "/asterisk/config/dynamic/{configClass}/{objectType}/{id}", result: "List[ConfigTuple]", open: true },
  "asterisk.deleteObject": { method: "DELETE", path: "/asterisk/config/dynamic/{configClass}/{objectType}/{id}", result: "void", open: false },
  "asterisk.getInfo": { method: "GET", path: "/asterisk/info", result: "AsteriskInfo", open: false },
  "asterisk.ping": { method: "GET", path: "/asterisk/ping", result: "AsteriskPing", open: false },
  "asterisk.listModules": { method: "GET", path: "/asterisk/modules", result: "List[Module]", open: true },
  "asterisk.getModule": { method: "GET", path: "/asterisk/modules/{moduleName}", result: "Module", open: false },
  "asterisk.loadModule": { method: "POST", path: "/asterisk/modules/{moduleName}", result: "void", open: false },
  "asterisk.unloadModule": { method: "DELETE", path: "/asterisk/modules/{moduleName}", result: "void", open: false },
  "asterisk.reloadModule": { method: "PUT", path: "/asterisk/modules/{moduleName}", result: "void", open: false },
  "asterisk.listLogChannels": { method: "GET", path: "/asterisk/logging", result: "List[LogChannel]", open: true },
  "asterisk.addLog": { method: "POST", path: "/asterisk/logging/{logChannelName}", result: "void", open: false },
  "asterisk.deleteLog": { method: "DELETE", path: "/asterisk/logging/{logChannelName}", result: "void", open: false },
  "asterisk.rotateLog": { method: "PUT", path: "/asterisk/logging/{logChannelName}/rotate", result: "void", open: false },
  "asterisk.getGlobalVar": { method: "GET", path: "/asterisk/variable", result: "Variable", open: false },
  "asterisk.setGlobalVar": { method: "POST", path: "/asterisk/variable", result: "void", open: false },
  "endpoints.list": { method: "GET", path: "/endpoints", result: "List[Endpoint]", open: true },
  "endpoints.sendMessage": { method: "PUT", path: "/endpoints/sendMessage", result: "void", open: false },
  "endpoints.refer": { method: "POST", path: "/endpoints/refer", result: "void", open: false },
  "endpoints.listByTech": { method: "GET", path: "/endpoints/{tech}", result: "List[Endpoint]", open: true },
  "endpoints.get": { method: "GET", path: "/endpoints/{tech}/{resource}", result: "Endpoint", open: true },
  "endpoints.sendMessageToEndpoint": { method: "PUT", path: "/endpoints/{tech}/{resource}/sendMessage", result: "void", open: false },
  "endpoints.referToEndpoint": { method: "POST", path: "/endpoints/{tech}/{resource}/refer", result: "void", open: false },
  "channels.list": { method: "GET", path: "/channels", result: "List[Channel]", open: true },
  "channels.originate": { method: "POST", path: "/channels", result: "Channel", open: false },
  "channels.create": { method: "POST", path: "/channels/create", result: "Channel", open: false },
  "channels.get": { method: "GET", path: "/channels/{channelId}", result: "Channel", open: false },
  "channels.originateWithId": { method: "POST", path: "/channels/{channelId}", result: "Channel", open: false },
  "channels.hangup": { method: "DELETE", path: "/channels/{channelId}", result: "void", open: false },
  "channels.continueInDialplan": { method: "POST", path: "/channels/{channelId}/continue", result: "void", open: false },
  "channels.move": { method: "POST", path: "/channels/{channelId}/move", result: "void", open: false },
  "channels.redirect": { method: "POST", path: "/channels/{channelId}/redirect", result: "void", open: false },
  "channels.answer": { method: "POST", path: "/channels/{channelId}/answer", result: "void", open: false },
  "channels.ring": { method: "POST", path: "/channels/{channelId}/ring", result: "void", open: false },
  "channels.ringStop": { method: "DELETE", path: "/channels/{channelId}/ring", result: "void", open: false },
  "channels.progress": { method: "POST", path: "/channels/{channelId}/progress", result: "void", open: false },
  "channels.sendDTMF": { method: "POST", path: "/channels/{channelId}/dtmf", result: "void", open: false },
  "channels.mute": { method: "POST", path: "/channels/{channelId}/mute", result: "void", open: false },
  "channels.unmute": { method: "DELETE", path: "/channels/{channelId}/mute", result: "void", open: false },
  "channels.hold": { method: "POST", path: "/channels/{channelId}/hold", result: "void", open: false },
  "channels.unhold": { method: "DELETE", path: "/channels/{channelId}/hold", result: "void", open: false },
  "channels.startMoh": { method: "POST", path: "/channels/{channelId}/moh", result: "void", open: false },
  "channels.stopMoh": { method: "DELETE", path: "/channels/{channelId}/moh", result: "void", open: false },
  "channels.startSilence": { method: "POST", path: "/channels/{channelId}/silence", result: "void", open: false },
  "channels.stopSilence": { method: "DELETE", path: "/channels/{channelId}/silence", result: "void", open: false },
  "channels.play": { method: "POST", path: "/channels/{channelId}/play", result: "Playback", open: false },
  "channels.playWithId": { method: "POST", path: "/channels/{channelId}/play/{playbackId}", result: "Playback", open: false },
  "channels.record": { method: "POST", path: "/channels/{channelId}/record", result: "LiveRecording", open: false },
  "channels.getChannelVar": { method: "GET", path: "/channels/{channelId}/variable", result: "Variable", open: false },
  "channels.setChannelVar": { method: "POST", path: "/channels/{channelId}/variable", result: "void", open: false },
  "channels.getChannelVars": { method: "GET", path: "/channels/{channelId}/variables", result: "Variables", open: true },
  "channels.setChannelVars": { method: "POST", path: "/channels/{channelId}/variables", result: "void", open: false },
  "channels.snoopChannel": { method: "POST", path: "/channels/{channelId}/snoop", result: "Channel", open: false },
  "channels.snoopChannelWithId": { method: "POST", path: "/channels/{channelId}/snoop/{snoopId}", result: "Channel", open: false },
  "channels.dial": { method: "POST", path: "/channels/{channelId}/dial", result: "void", open: false },
  "channels.rtpstatistics": { method: "GET", path: "/channels/{channelId}/rtp_statistics", result: "RTPstat", open: false },
  "channels.externalMedia": { method: "POST", path: "/channels/externalMedia", result: "Channel", open: false },
  "channels.transfer_progress": { method: "POST", path: "/channels/{channelId}/transfer_progress", result: "void", open: false },
  "bridges.list": { method: "GET", path: "/bridges", result: "List[Bridge]", open: true },
  "bridges.create": { method: "POST", path: "/bridges", result: "Bridge", open: true },
  "bridges.createWithId": { method: "POST", path: "/bridges/{bridgeId}", result: "Bridge", open: true },
  "bridges.get": { method: "GET", path: "/bridges/{bridgeId}", result: "Bridge", open: true },
  "bridges.destroy": { method: "DELETE", path: "/bridges/{bridgeId}", result: "void", open: false },
  "bridges.getBridgeVar": { method: "GET", path: "/bridges/{bridgeId}/variable", result: "Variable", open: false },
  "bridges.setBridgeVar": { method: "POST", path: "/bridges/{bridgeId}/variable", result: "void", open: false },
  "bridges.getBridgeVars": { method: "GET", path: "/bridges/{bridgeId}/variables", result: "Variables", open: true },
  "bridges.setBridgeVars": { method: "POST", path: "/bridges/{bridgeId}/variables", result: "void", open: false },
  "bridges.addChannel": { method: "POST", path: "/bridges/{bridgeId}/addChannel", result: "void", open: false },
  "bridges.removeChannel": { method: "POST", path: "/bridges/{bridgeId}/removeChannel", result: "void", open: false },
  "bridges.setVideoSource": { method: "POST", path: "/bridges/{bridgeId}/videoSource/{channelId}", result: "void", open: false },
  "bridges.clearVideoSource": { method: "DELETE", path: "/bridges/{bridgeId}/videoSource", result: "void", open: false },
  "bridges.startMoh": { method: "POST", path: "/bridges/{bridgeId}/moh", result: "void", open: false },
  "bridges.stopMoh": { method: "DELETE", path: "/bridges/{bridgeId}/moh", result: "void", open: false },
  "bridges.play": { method: "POST", path: "/bridges/{bridgeId}/play", result: "Playback", open: false },
  "bridges.playWithId": { method: "POST", path: "/bridges/{bridgeId}/play/{playbackId}", result: "Playback", open: false },
  "bridges.record": { method: "POST", path: "/bridges/{bridgeId}/record", result: "LiveRecording", open: false },
  "recordings.listStored": { method: "GET", path: "/recordings/stored", result: "List[StoredRecording]", open: true },
  "recordings.getStored": { method: "GET", path: "/recordings/stored/{recordingName}", result: "StoredRecording", open: false },
  "recordings.deleteStored": { method: "DELETE", path: "/recordings/stored/{recordingName}", result: "void", open: false },
  "recordings.getStoredFile": { method: "GET", path: "/recordings/stored/{recordingName}/file", result: "binary", open: true },
  "recordings.copyStored": { method: "POST", path: "/recordings/stored/{recordingName}/copy", result: "StoredRecording", open: false },
  "recordings.getLive": { method: "GET", path: "/recordings/live/{recordingName}", result: "LiveRecording", open: false },
  "recordings.cancel": { method: "DELETE", path: "/recordings/live/{recordingName}", result: "void", open: false },
  "recordings.stop": { method: "POST", path: "/recordings/live/{recordingName}/stop", result: "void", open: false },
  "recordings.pause": { method: "POST", path: "/recordings/live/{recordingName}/pause", result: "void", open: false },
  "recordings.unpause": { method: "DELETE", path: "/recordings/live/{recordingName}/pause", result: "void", open: false },
  "recordings.mute": { method: "POST", path: "/recordings/live/{recordingName}/mute", result: "void", open: false },
  "recordings.unmute": { method: "DELETE", path: "/recordings/live/{recordingName}/mute", result: "void", open: false },
  "sounds.list": { method: "GET", path: "/sounds", result: "List[Sound]", open: true },
  "sounds.get": { method: "GET", path: "/sounds/{soundId}", result: "Sound", open: true },
  "playbacks.get": { method: "GET", path: "/playbacks/{playbackId}", result: "Playback", open: false },
  "playbacks.stop": { method: "DELETE", path: "/playbacks/{playbackId}", result: "void", open: false },
  "playbacks.control": { method: "POST", path: "/playbacks/{playbackId}/control", result: "void", open: false },
  "deviceStates.list": { method: "GET", path: "/deviceStates", result: "List[DeviceState]", open: true },
  "deviceStates.get": { method: "GET", path: "/deviceStates/{deviceName}", result: "DeviceState", open: false },
  "deviceStates.update": { method: "PUT", path: "/deviceStates/{deviceName}", result: "void", open: false },
  "deviceStates.delete": { method: "DELETE", path: "/deviceStates/{deviceName}", result: "void", open: false },
  "mailboxes.list": { method: "GET", path: "/mailboxes", result: "List[Mailbox]", open: true },
  "mailboxes.get": { method: "GET", path: "/mailboxes/{mailboxName}", result: "Mailbox", open: false },
  "mailboxes.update": { method: "PUT", path: "/mailboxes/{mailboxName}", result: "void", open: false },
  "mailboxes.delete": { method: "DELETE", path: "/mailboxes/{mailboxName}", result: "void", open: false },
  "events.userEvent": { method: "POST", path: "/events/user/{eventName}", result: "void", open: false },
  "events.claimChannel": { method: "POST", path: "/events/claim", result: "void", open: false },
  "applications.list": { method: "GET", path: "/applications", result: "List[Application]", open: true },
  "applications.get": { method: "GET", path: "/applications/{applicationName}", result: "Application", open: true },
  "applications.subscribe": { method: "POST", path: "/applications/{applicationName}/subscription", result: "Application", open: true },
  "applications.unsubscribe": { method: "DELETE", path: "/applications/{applicationName}/subscription", result: "Application", open: true },
  "applications.filter": { method: "PUT", path: "/applications/{applicationName}/eventFilter", result: "Application", open: true },
};
