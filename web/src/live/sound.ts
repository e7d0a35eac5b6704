import { effect, signal } from "@preact/signals";
import type { CallStatus } from "../../../src/values/callRecord.ts";
import { remembered } from "../remembered.ts";
import { onEnded } from "./feed.ts";

const stored = remembered("sound");

/** A short tone when a call fails. Off by default: browsers require a user action to play sound. */
export const soundOn = signal(stored.read() === "on");

effect(() => stored.write(soundOn.value ? "on" : null));

/** Outcomes that need attention, unlike a callee who is busy or does not answer. */
export const isFailure = (status: CallStatus): boolean =>
  ["congestion", "failed", "loop", "overload", "handed_back", "unallocated"].includes(status);

let audio: AudioContext | null = null;

function beep(): void {
  audio ??= new AudioContext();
  const startS = audio.currentTime;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.setValueAtTime(520, startS);
  tone.frequency.setValueAtTime(390, startS + 0.12);
  volume.gain.setValueAtTime(0.08, startS);
  volume.gain.exponentialRampToValueAtTime(0.0005, startS + 0.3);
  tone.connect(volume).connect(audio.destination);
  tone.start(startS);
  tone.stop(startS + 0.32);
}

onEnded((calls) => {
  if (soundOn.peek() && calls.some(({ outcome }) => outcome !== null && isFailure(outcome.status))) beep();
});
