/** Making elements and filling them. All text goes in as text: nothing in this client parses markup. */

/**
 * An element with properties (`class`, `aria-*` and `data-*` as attributes, `on*` as listeners) and children.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element) Object.assign(element, { [name]: value });
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/**
 * The element of the page with this id and type; the page is wrong if it is not there.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new (...args: any[]) => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return element;
}

/**
 * Fills a list of choices anew, if they changed, and keeps what was chosen.
 *
 * @param {HTMLSelectElement} select
 * @param {readonly {value: string, label: string}[]} choices
 */
export function offer(select, choices) {
  const now = [...select.options].map(({ value, label }) => ({ value, label }));
  if (JSON.stringify(now) === JSON.stringify(choices)) return;
  const chosen = select.value;
  select.replaceChildren(...choices.map(({ value, label }) => el("option", { value }, label)));
  if (choices.some(({ value }) => value === chosen)) select.value = chosen;
}
