"""Operators of PyTorch that move, choose, make or compare values, and so have no MACs.

Their convention is that of `analysis.conventions`; an operator that is not here, and that no table
knows, is uncounted by name. Source: PyTorch, `aten/src/ATen/native/native_functions.yaml`.
"""

MADE = frozenset(
    {
        "arange", "bartlett_window", "bernoulli", "blackman_window", "empty", "empty_like",
        "empty_permuted", "empty_strided", "eye", "fill", "full", "full_like", "hamming_window",
        "hann_window", "kaiser_window", "linspace", "logspace", "new_empty", "new_empty_strided",
        "new_full", "new_ones", "new_zeros", "normal", "ones", "ones_like", "rand", "rand_like",
        "randint", "randint_like", "randn", "randn_like", "randperm", "range", "scalar_tensor",
        "tril_indices", "triu_indices", "uniform", "zero", "zeros", "zeros_like", "exponential",
        "random", "multinomial",
    }
)  # fmt: skip
"""What gives values that depend on no other values."""

FREE = frozenset(
    {
        "angle", "argsort", "as_strided", "atan2", "affine_grid_generator", "bincount", "bucketize",
        "cdist", "col2im", "combinations", "copysign", "count_nonzero", "cross", "cummax", "cummin",
        "cumprod", "deg2rad", "diag", "diag_embed", "diagonal", "diagonal_copy", "diff", "digamma",
        "entr", "equal", "erfc", "erfinv", "exp2", "expm1", "flatten_dense_tensors", "floor_divide",
        "frac", "grid_sampler", "grid_sampler_2d", "grid_sampler_3d", "hardshrink", "heaviside",
        "histc", "hypot", "i0", "im2col", "imag", "index", "index_add", "index_copy", "index_fill",
        "index_put", "_index_put_impl", "isclose", "isfinite", "isin", "isneginf", "isposinf",
        "isreal", "kthvalue", "ldexp", "lgamma", "log10", "log1p", "log2", "log_sigmoid",
        "logaddexp", "logaddexp2", "logcumsumexp", "logit", "masked_scatter", "masked_select",
        "max_unpool2d", "max_unpool3d", "median", "mode", "mvlgamma", "nan_to_num", "nansum",
        "narrow_copy", "nextafter", "nms", "nonzero", "nonzero_static", "one_hot", "polar",
        "complex", "prod", "put", "quantile", "rad2deg", "renorm", "repeat_interleave", "roi_align",
        "roi_pool", "ps_roi_align", "ps_roi_pool", "rot90", "searchsorted", "scatter",
        "scatter_add", "scatter_reduce", "select_scatter", "sigmoid", "signbit", "sinc",
        "slice_scatter", "softshrink", "sort", "special_erfcx", "special_exp2", "take", "threshold",
        "topk", "trace", "tril", "triu", "trunc", "unfold", "unfold_copy", "unique_consecutive",
        "unique_dim", "_unique2", "vander", "view_as_complex", "view_as_real", "xlogy", "qnms",
        "log_sigmoid_forward", "lcm", "gcd", "fold", "meshgrid", "roll", "batch_norm", "cosine_similarity",
        "bitwise_left_shift", "bitwise_right_shift", "__lshift__", "__rshift__", "_local_scalar_dense",
        "clamp", "square", "threshold", "logical_not", "fractional_max_pool2d", "embedding_bag",
        "_embedding_bag", "stft_frames", "to_sparse", "std", "var",
    }
)  # fmt: skip
"""They are named in a table, and have none."""

OPEN = frozenset(
    {
        "nonzero", "masked_select", "_unique2", "unique_consecutive", "unique_dim", "nms", "qnms",
        "bincount", "multinomial", "batched_nms",
    }
)  # fmt: skip
"""What gives as many values as others say."""
