"""Operators of PyTorch that move, choose, make or compare values, and so have no MACs.

Their convention is that of `analysis.conventions`; an operator that is not here, and that no table
knows, is uncounted by name. Source: PyTorch, `aten/src/ATen/native/native_functions.yaml`.
"""

MADE = frozenset(
    {
        "arange", "bartlett_window", "bernoulli", "blackman_window", "empty", "empty_like",
        "empty_permuted", "empty_strided", "exponential", "eye", "fill", "full", "full_like",
        "hamming_window", "hann_window", "kaiser_window", "linspace", "logspace", "multinomial",
        "new_empty", "new_empty_strided", "new_full", "new_ones", "new_zeros", "normal", "ones",
        "ones_like", "rand", "rand_like", "randint", "randint_like", "randn", "randn_like",
        "random", "randperm", "range", "scalar_tensor", "tril_indices", "triu_indices",
        "uniform", "zero", "zeros", "zeros_like",
    }
)  # fmt: skip
"""What gives values that depend on no other values."""

FREE = frozenset(
    {
        "__lshift__", "__rshift__", "_embedding_bag", "_index_put_impl", "_unique2",
        "affine_grid_generator", "angle", "argsort", "as_strided", "atan2", "bincount",
        "bitwise_left_shift", "bitwise_right_shift", "bucketize", "col2im", "combinations",
        "complex", "copysign", "count_nonzero", "cross", "cummax", "cummin", "cumprod",
        "deg2rad", "diag", "diag_embed", "diagonal", "diagonal_copy", "diff", "digamma",
        "embedding_bag", "entr", "equal", "erfc", "erfinv", "exp2", "expm1",
        "flatten_dense_tensors", "frac", "fractional_max_pool2d", "gcd", "grid_sampler",
        "grid_sampler_2d", "grid_sampler_3d", "hardshrink", "heaviside", "histc", "hypot", "i0",
        "im2col", "imag", "index", "index_add", "index_copy", "index_fill", "index_put",
        "isclose", "isfinite", "isin", "isneginf", "isposinf", "isreal", "kthvalue", "lcm",
        "ldexp", "lgamma", "log10", "log1p", "log2", "log_sigmoid", "log_sigmoid_forward",
        "logaddexp", "logaddexp2", "logcumsumexp", "logit", "masked_scatter", "masked_select",
        "max_unpool2d", "max_unpool3d", "median", "mode", "mvlgamma", "nan_to_num", "nansum",
        "narrow_copy", "nextafter", "nms", "nonzero", "nonzero_static", "one_hot", "polar",
        "ps_roi_align", "ps_roi_pool", "put", "qnms", "quantile", "rad2deg", "renorm",
        "repeat_interleave", "roi_align", "roi_pool", "roll", "rot90", "scatter", "scatter_add",
        "scatter_reduce", "searchsorted", "select_scatter", "signbit", "sinc", "slice_scatter",
        "softshrink", "sort", "special_erfcx", "special_exp2", "take", "threshold", "to_sparse",
        "topk", "trace", "tril", "triu", "trunc", "unfold", "unfold_copy", "unique_consecutive",
        "unique_dim", "vander", "view_as_complex", "view_as_real", "xlogy",
    }
)  # fmt: skip
"""They are named in a table, and have none."""

OPEN = frozenset(
    {
        "_unique2", "batched_nms", "bincount", "masked_select", "multinomial", "nms", "nonzero",
        "qnms", "unique_consecutive", "unique_dim",
    }
)  # fmt: skip
"""What gives as many values as others say."""
