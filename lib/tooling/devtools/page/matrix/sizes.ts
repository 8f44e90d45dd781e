/** The height of a row, of the head, and the width of a column, in pixels: style/matrix.css has the same. */
export const ROW = 32;
export const HEAD_ROW = 52;
export const COLUMN = 136;
