/** The document that the page reads, as `cnncalc summarize --format json --full` prints it (one Network)
 *  and as `report`, `diff --format html` and `edit` give it (a Page). The page adds nothing up: every sum is here.
 *  The stored document points into tables (`sums`, `origins`, `formulas`, `words`, layers by number): `read.js` puts
 *  in what is pointed to, and this is what it gives. */

export type Shape = number[]; // C x H x W, without the batch

export interface Page {
  made_by: string; // "cnncalc 0.1.0"
  title: string;
  networks: Network[]; // one or several; of a difference: the union alone
  comparison: object | null; // several: what `compare --format json` prints
  difference: Difference | Difference[] | null; // several: one for each network
}

/** What stands in the place of networks in the page of a sweep. */
export interface Sweep {
  told: string; // how many designs there are, in a sentence
  axes: string[]; // the columns that are shown first, level and upright
  columns: SweepColumn[];
  values: (number | string | null)[][]; // for each column a value of every design
}

export interface SweepColumn {
  name: string;
  title: string;
  unit: Metric["unit"];
  kind: "number" | "text";
  is_larger: boolean; // whether more is better
}

export interface Network {
  schema_version: 2;
  name: string;
  source: string | null;
  description: string | null;
  variant: string | null;
  input: Record<string, Shape>;
  batch: number;
  dtype: string;
  status: string; // "complete" or "partial: ..."
  notes: string[];
  conventions: string; // the footer of `summarize`, one paragraph
  letters: string; // what the letters in the words of formulas are short for
  metrics: Metric[]; // what the columns are, in order
  whole: Metric[]; // metrics that a network alone has
  kinds: Kind[]; // what equal layers have in common, said once
  fields: (Field | Record<string, Field | null> | null)[]; // receptive fields, said once
  layers: Layer[]; // in execution order
  tree: Group; // the root
  outputs: Record<string, { layer: string; shape: Shape | null }>;
  totals: Record<string, any>; // as in version 1: parameters, weights, biases, buffers, macs, flops, product_macs, weight_bytes,
  // activation_bytes, peak_activation_bytes, depth, layers, receptive_field, receptive_field_without_gates
  /** with bits of their own, where `totals` have `bops` as well: by "w8a8" */
  precisions?: Record<string, { macs: number; bops: number }>;
  last_map: string | null; // the layer whose field `totals.receptive_field` is
  memory: Memory;
  training: object | null; // as in version 1 (bytes of weights, gradients, optimizer, activations ...), when asked for
  files: SourceFile[]; // the text of the spec; [] for a model
  claims: Claim[]; // expect, budget, published
  findings: Finding[]; // what `check` says of it
}

export interface Metric {
  name: string;
  title: string;
  unit: "values" | "bytes" | "bit operations" | "layers" | "shape" | "percent";
  sentence: string;
  adds_up: boolean;
}

/** All that does not depend on the place of a layer. Values of metrics are of the whole batch; null where not known. */
export interface Kind {
  op: string; // "conv"
  line: string; // "conv3x3 64 stride=2 padding=half bias=false"
  category:
    | "conv"
    | "linear"
    | "norm"
    | "activation"
    | "pool"
    | "merge"
    | "attention"
    | "recurrent"
    | "shape"
    | "other";
  law: string | null;
  input_shapes: Shape[];
  output_shape: Shape | null;
  attributes: Record<string, unknown>;
  bits?: Bits; // where values have bits of their own
  /** parameters, weights, biases, buffers, macs, flops, product_macs, output_elements, weight_bytes, activation_bytes (bytes that its output adds to memory),
   *  bytes_per_mac (bytes of weights, inputs and outputs over MACs, null without MACs); with bits of
   *  their own also bops */
  figures: Record<string, number | null>;
  formulas: Formula[]; // sizes, parameters, MACs, bytes
}
/** The bits of one value: of weights, of biases, norms and buffers, of what is computed on, of what is given. */
export interface Bits {
  weights: number;
  others: number;
  activations: number;
  output: number;
}
export interface Formula {
  quantity: string;
  words: string;
  values: string;
  result: number | string;
  note?: string;
}

/** One entry for each spatial axis of the input. A stride may be a fraction, "1/2"; a start is null where
 *  output 0 sees nothing. */
export interface Field {
  size: number[];
  stride: (number | string)[];
  start: (number | null)[];
  /** along an axis on which outputs see in turns: output `q*spans.length + r` sees `spans[r]`, both ends
   *  moved by `q*advance` */
  phases?: ({ advance: number; spans: ([number, number] | null)[] } | null)[];
}

export interface Layer {
  name: string; // dotted path, unique
  label: string; // its last part
  kind: number; // index into kinds
  inputs: string[]; // names of layers or inputs
  field: number; // index into fields
  field_formulas?: Formula[]; // the recurrence, where it is one of whole numbers
  sees?: string; // "sees the whole input"
  shares?: string; // the layer whose weights these are
  /** the calls that made it, outermost first; the last names the op: [file, first line, first column, last line, last column], 1-based, columns inclusive-exclusive */
  origin: [number, number, number, number, number][];
  aux?: true; // of a head that is used in training only
  change?: Change; // of a difference only
}

/** A group of layers: a block's call, a label over a list. The root has path "". */
export interface Group {
  path: string;
  label: string;
  block: string | null;
  joined?: true; // it holds one unit alone, and is drawn as one
  children: Child[];
  /** equal rounds of a repeat: their children from `first` on, `count` of them, `size` to a round; `each`: of one round */
  repeats: {
    first: number;
    count: number;
    size: number;
    totals: Totals;
    each: Totals;
    change?: Change;
  }[];
  totals: Totals;
  output: string; // the layer that gives its result
  change?: Change;
}
export type Child = number | Group | Unit; // number: index into layers
/** Successive siblings drawn as one box until opened: a convolution with the norm and the activation behind it. Members are layers or groups that hold nothing else. */
export interface Unit {
  unit: Child[];
  label: string;
  totals: Totals;
  output: string;
  change?: Change;
}

/** Sums over the layers below: parameters, weights, biases, buffers, macs, flops, product_macs, output_elements, weight_bytes, activation_bytes, layers */
export type Totals = Record<string, number | null>;

export interface Memory {
  value_bytes: number | null;
  held: number[]; // bytes alive while each layer runs, by its index
  /** tensors that own memory: who, its bytes, the first and last step at which it is alive (steps are indices of layers; -1: before the first, an input) */
  tensors: { name: string; bytes: number; from: number; to: number }[];
  peak: null | { layer: string; bytes: number; alive: { name: string; bytes: number }[] };
  /** what training keeps for the backward pass, by the layer or input that gave it */
  kept: { name: string; bytes: number }[];
}

export interface SourceFile {
  name: string;
  text: string;
}
export interface Claim {
  kind: "expect" | "budget" | "published";
  layer: string | null;
  metric: string;
  stated: string;
  actual: string;
  holds: boolean;
  line: number | null;
  reading?: string; // of a published figure: how it is read
  note?: string;
}
export interface Finding {
  code: string;
  severity: "error" | "warning" | "information";
  message: string;
  file: string | null; // null, and so the place: it has none
  line: number | null;
  column: number | null;
  end_line: number | null;
  end_column: number | null;
  layer: string | null;
  hint: string | null;
  notes: string[];
  /** edits that mend it, where they are known */
  fix: Edit[] | null;
}
export interface Edit {
  file: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  text: string;
}

/** A difference: `networks[0]` is the union of both, `change` on its layers and groups says what is whose. */
export interface Change {
  status: "added" | "removed" | "changed" | "same";
  was?: string; // its name before, where it has another
  what?: { name: string; old: string; new: string }[]; // attributes, shapes, wiring
  change?: Record<string, number | null>; // new minus old of each metric
}
export interface Difference {
  titles?: [string, string]; // the names before and after
  only?: "added" | "removed"; // of a network that is on one side alone
  old: { name: string; variant: string | null };
  new: { name: string; variant: string | null };
  totals: Record<string, { old: any; new: any; change: any; percent: number | null }>;
  changed: boolean;
  counts?: Record<string, number>;
  notes?: { old?: string[]; new?: string[] };
  reasons?: { text: string; line: number; by: string }[]; // what was written otherwise
}
