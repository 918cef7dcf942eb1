/** What the address bar brings: the token and the story to open. Holds no connection and draws nothing. */

const TOKEN = "fabula.token";

/**
 * Takes the token out of the fragment, so that it stays in no history entry, and keeps it for this tab.
 *
 * @param {{hash: string, pathname: string}} location
 * @param {{replaceState(data: unknown, unused: string, url: string): void}} history
 * @param {Pick<Storage, "getItem" | "setItem">} storage
 * @returns {{token: string | null, story: string | null, fresh: boolean}} `fresh` where the address held a token
 */
export function arrive(location, history, storage) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const brought = fragment.get("token");
  if (brought) {
    storage.setItem(TOKEN, brought);
    fragment.delete("token");
    history.replaceState(null, "", address(location.pathname, fragment));
  }
  return { token: brought ?? storage.getItem(TOKEN), story: fragment.get("story"), fresh: brought !== null };
}

/**
 * The address of a story, so that a reload and the back button find it again.
 *
 * @param {string} pathname
 * @param {string | null} story
 */
export function addressOf(pathname, story) {
  return address(pathname, new URLSearchParams(story === null ? {} : { story }));
}

/**
 * @param {string} pathname
 * @param {URLSearchParams} fragment
 */
function address(pathname, fragment) {
  const rest = fragment.toString();
  return rest ? `${pathname}#${rest}` : pathname;
}
