/** A small text stored in the browser, if it allows that. */
interface Remembered {
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
        // Storage is disabled, so the choice is not remembered.
      }
    },
  };
}
