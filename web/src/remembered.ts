/** One small text that this browser keeps; a browser that forbids it simply forgets. */
export interface Remembered {
  read(): string | null;
  write(value: string | null): void;
}

export function remembered(key: string): Remembered {
  return {
    read() {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    write(value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Nothing to be done, and nothing lost but the comfort.
      }
    },
  };
}
