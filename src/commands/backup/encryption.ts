import { existsSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { outputOf, startProgram } from "../../ops/programs.ts";

/** How the files of a backup are encrypted; also the ending of their names. */
type Encryption = "age" | "gpg";

type Command = readonly [string, ...string[]];

/** A recipient of age is a text, a public key of GPG a file. */
export const encryptionFor = (recipient: string): Encryption =>
  /^(?:age1|ssh-)/.test(recipient) ? "age" : "gpg";

/** Throws an error that names the setting if the key cannot be used. */
export function requireRecipient(recipient: string): void {
  if (encryptionFor(recipient) === "gpg" && !existsSync(recipient))
    throw new Error("BACKUP_ENCRYPT_TO is neither a recipient of age nor a file with a public key of GPG.");
}

const agentFolder = "gpg-";

/** GPG keeps its state in a folder of its own, so that no keyring of this machine matters. */
async function gpg(scratch: string): Promise<Command> {
  const home = await mkdtemp(join(scratch, agentFolder));
  return ["gpg", "--homedir", home, "--batch", "--quiet", "--no-tty", "--trust-model", "always"];
}

/** Ends the agents that GPG has started for these folders. */
export async function endAgents(scratch: string): Promise<void> {
  for (const name of await readdir(scratch))
    if (name.startsWith(agentFolder))
      await outputOf(["gpgconf", "--homedir", join(scratch, name), "--kill", "gpg-agent"], { from: "gnupg" });
}

/** Encrypts what is written to its input. */
export async function startEncryption(
  recipient: string,
  scratch: string,
): Promise<ReturnType<typeof startProgram>> {
  return encryptionFor(recipient) === "age"
    ? startProgram(["age", "--encrypt", "--recipient", recipient], { from: "age" })
    : startProgram([...(await gpg(scratch)), "--recipient-file", recipient, "--encrypt"], { from: "gnupg" });
}

/** @param key the file with the private key: an identity of age, or an exported secret key of GPG. */
export async function startDecryption(
  encryption: Encryption,
  key: string,
  scratch: string,
): Promise<ReturnType<typeof startProgram>> {
  if (encryption === "age") return startProgram(["age", "--decrypt", "--identity", key], { from: "age" });
  const command = await gpg(scratch);
  await outputOf([...command, "--import", key], { from: "gnupg" });
  return startProgram([...command, "--decrypt"], { from: "gnupg" });
}
