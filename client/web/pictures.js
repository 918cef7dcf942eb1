/** Pictures of the cast: fetched with the token, which an address in the page may not hold, and kept while it is open. */

const MOST = 40;

export class Pictures {
  #token;
  /** @type {Map<string, Promise<string>>} by path, as `data:` addresses */
  #kept = new Map();

  /** @param {string} token */
  constructor(token) {
    this.#token = token;
  }

  /**
   * Shows the picture of a path in an image, once it is here; where it cannot be had, the image stays hidden.
   *
   * @param {HTMLImageElement} image
   * @param {string | null | undefined} path
   */
  async show(image, path) {
    image.hidden = true;
    if (!path) return;
    try {
      image.src = await this.#address(path);
      image.hidden = false;
    } catch {
      this.#kept.delete(path);
    }
  }

  /** @param {string} path */
  #address(path) {
    const kept = this.#kept.get(path) ?? this.#fetched(path);
    this.#kept.delete(path);
    this.#kept.set(path, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
    return kept;
  }

  /** @param {string} path */
  async #fetched(path) {
    const answer = await fetch(path, { headers: { Authorization: `Bearer ${this.#token}` } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return addressOf(await answer.blob());
  }
}

/**
 * The `data:` address of a file.
 *
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
export function addressOf(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
