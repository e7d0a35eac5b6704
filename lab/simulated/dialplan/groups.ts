/** `GROUP(CATEGORY)=NAME` of channels, and `GROUP_COUNT(NAME@CATEGORY)`; a channel leaves its groups when it ends. */
export class Groups {
  readonly #members = new Map<string, Set<string>>();
  readonly #groupsOf = new Map<string, Map<string, string>>();

  set(channelId: string, category: string, name: string): void {
    const groups = this.#groupsOf.get(channelId) ?? new Map<string, string>();
    this.#groupsOf.set(channelId, groups);
    const former = groups.get(category);
    if (former !== undefined) this.#members.get(former)?.delete(channelId);
    const key = `${name}@${category}`;
    groups.set(category, key);
    const members = this.#members.get(key) ?? new Set();
    this.#members.set(key, members.add(channelId));
  }

  count(name: string, category: string): number {
    return this.#members.get(`${name}@${category}`)?.size ?? 0;
  }

  leave(channelId: string): void {
    for (const key of this.#groupsOf.get(channelId)?.values() ?? []) {
      const members = this.#members.get(key);
      members?.delete(channelId);
      if (members?.size === 0) this.#members.delete(key);
    }
    this.#groupsOf.delete(channelId);
  }

  clear(): void {
    this.#members.clear();
    this.#groupsOf.clear();
  }
}
