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
  shown: "shown",
  views: { value: "value", slope: "slope", gradient: "gradient" },
  on_line: {
    value: (/** @type {string} */ name, /** @type {number} */ x, /** @type {number} */ value) =>
      `${name} of ${x} is ${value}.`,
    slope: (/** @type {string} */ name, /** @type {number} */ x, /** @type {number} */ value) =>
      `The slope of ${name} at ${x} is ${value}.`,
    gradient: (/** @type {string} */ name, /** @type {number} */ x, /** @type {number} */ value) =>
      `${name}, layer ${x}: gradients of ${value}.`,
  },
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
  macs: "MAC 수",
  logarithmic: "로그",
  linear: "선형",
  scale: "눈금",
  cost: "비용",
  no_output: "커널이 입력에 들어가지 않습니다.",
  left_over: (rows, columns) => `어느 창에도 들지 않고 남는 곳: ${rows}행, ${columns}열`,
  window: (row, column) => `출력 ${row}행 ${column}열`,
  field: (at, size) => `${at}번째 출력은 입력 ${size}곳을 봅니다.`,
  joined: (name, before, added) =>
    `${name}: ${before}채널을 읽고 ${added}채널을 보태 모두 ${before + added}채널입니다.`,
  arrows: "화살표 키로 움직입니다.",
  shown: "보기",
  views: { value: "값", slope: "기울기", gradient: "그래디언트" },
  on_line: {
    value: (name, x, value) => `${name}(${x}) = ${value}`,
    slope: (name, x, value) => `x = ${x}에서 ${name}의 기울기는 ${value}입니다.`,
    gradient: (name, x, value) => `${name}, ${x}번째 층: 그래디언트의 크기 ${value}`,
  },
  pixel: (name, row, column) => `${name} ${row}행 ${column}열`,
};

/** @typedef {typeof ENGLISH} Words */

/** @param {string} language @returns {Words} */
export const words_of = (language) => (language.startsWith("ko") ? KOREAN : ENGLISH);
