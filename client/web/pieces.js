/** The text of a draft as it comes in pieces. Offsets count code points, which JavaScript's lengths do not. */

/**
 * @typedef {object} Pieces
 * @property {string} text
 * @property {number} length in code points
 */

/** @type {Pieces} */
export const NOTHING = { text: "", length: 0 };

/**
 * The text with a piece at its offset. A piece that overlaps replaces what stood there and after it, so that one
 * may come twice; where pieces were missed, an ellipsis stands for them until the draft is asked for again.
 *
 * @param {Pieces} pieces
 * @param {number} offset
 * @param {string} piece
 * @returns {Pieces}
 */
export function withPiece(pieces, offset, piece) {
  const length = offset + [...piece].length;
  if (offset === pieces.length) return { text: pieces.text + piece, length };
  if (offset > pieces.length) return { text: `${pieces.text} … ${piece}`, length };
  return { text: [...pieces.text].slice(0, offset).join("") + piece, length };
}
