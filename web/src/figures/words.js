/** What figures say, in the languages of the pages. */

const ENGLISH = {
  input: "input",
  kernel: "kernel",
  output: "output",
  stride: "stride",
  padding: "padding",
  dilation: "dilation",
  layers: "layers",
  parameters: "parameters",
  macs: "MACs",
  logarithmic: "logarithmic",
  linear: "linear",
  scale: "scale",
  cost: "cost",
  no_output: "The kernel does not fit into the input.",
  left_over: (/** @type {number} */ rows, /** @type {number} */ columns) =>
    `Left over, and read by no window: ${rows} rows, ${columns} columns.`,
  window: (/** @type {number} */ row, /** @type {number} */ column) =>
    `Output at row ${row}, column ${column}`,
  field: (/** @type {number} */ at, /** @type {number} */ size) =>
    `Output ${at} sees ${size} places of the input.`,
  joined: (/** @type {string} */ name, /** @type {number} */ before, /** @type {number} */ added) =>
    `${name} reads ${before} channels and adds ${added}: ${before + added}.`,
  arrows: "Arrow keys move.",
  pixel: (/** @type {string} */ name, /** @type {number} */ row, /** @type {number} */ column) =>
    `${name} at row ${row}, column ${column}`,
};

/** @type {typeof ENGLISH} */
const KOREAN = {
  input: "입력",
  kernel: "커널",
  output: "출력",
  stride: "보폭",
  padding: "패딩",
  dilation: "팽창",
  layers: "층",
  parameters: "매개변수",
  macs: "MACs",
  logarithmic: "로그",
  linear: "선형",
  scale: "눈금",
  cost: "비용",
  no_output: "커널이 입력에 들어가지 않습니다.",
  left_over: (rows, columns) => `어느 창도 읽지 않고 남는 것: ${rows}행, ${columns}열.`,
  window: (row, column) => `출력 ${row}행 ${column}열`,
  field: (at, size) => `출력 ${at}번은 입력 ${size}곳을 봅니다.`,
  joined: (name, before, added) =>
    `${name}: ${before}채널을 읽고 ${added}채널을 더해 ${before + added}채널.`,
  arrows: "화살표 키로 움직입니다.",
  pixel: (name, row, column) => `${name} ${row}행 ${column}열`,
};

/** @typedef {typeof ENGLISH} Words */

/** @param {string} language @returns {Words} */
export const words_of = (language) => (language.startsWith("ko") ? KOREAN : ENGLISH);
