"""The table of ops: a row for each, which all laws of ops read."""

from hypothesis import strategies as st

from ops import peers
from ops.attention import ATTEND, ATTENTION, MATMUL, WINDOWS
from ops.blurs import BLUR, UNPOOL
from ops.case import Law, OpCase, Use
from ops.laws import (
    adaptive_pools_share_the_inputs_among_the_outputs,
    channel_shuffle_interleaves_groups,
    concat_joins_channels_as_numpy_does,
    crop_takes_cells_from_end_and_start_in_turn,
    dense_layer_multiplies_every_pair,
    element_wise_joins_broadcast_as_numpy_does,
    flatten_keeps_every_value,
    functions_of_values_keep_the_shape,
    global_pools_keep_the_axes,
    group_norm_has_groups_of_equal_size,
    joins_refuse_inputs_of_different_rank,
    norms_learn_scale_and_shift_a_channel,
    pad_puts_cells_around,
    pixel_shuffle_deals_channels_to_places,
    prelu_learns_one_slope_or_one_a_channel,
    scale_learns_a_factor_a_channel,
    slice_takes_channels,
    times_is_free,
    upsample_by_a_factor_repeats,
    upsample_to_a_size_fills_every_cell,
)
from ops.naive import (
    naive_function,
    naive_lrn,
    naive_move,
    naive_norm,
    naive_shuffle,
    naive_unshuffle,
    naive_upsample,
)
from ops.norms import L2_NORM, LAYER_NORM, RESPONSE_NORM, RMS_NORM
from ops.plain import (
    affine,
    affine_in_groups,
    alone,
    amounts,
    block_factor,
    bounds,
    channels_near,
    constant_factor,
    factor_or_size,
    in_groups,
    index_map,
    join_uses,
    naive_global,
    naive_parts,
    output_size,
    plain,
    shared,
    sharpness,
    slopes,
    smaller_size,
    some_channels,
)
from ops.sliding import (
    conv_uses,
    convolution_counts,
    convolution_has_an_output_for_each_window_that_fits,
    depthwise_convolution_counts,
    groups_that_do_not_divide_are_refused,
    output_padding_stays_below_stride_or_dilation,
    pool_has_an_output_for_each_window_that_fits,
    pool_uses,
    transposed_convolution_scatters_every_input,
    transposed_same_makes_a_stride_of_cells_from_each_input,
    upconv_uses,
)
from ops.tokens import (
    COORDINATES,
    FROM_PATCHES,
    LEARNED,
    PATCHES,
    SINUSOIDS,
    TOKENS,
    concat_along_an_axis_is_of_numpy,
    dense_layer_of_tokens_multiplies_every_pair,
    heads_of,
    map_size,
    naive_dense,
    naive_tokens,
    out_features_along,
    slice_along_an_axis_is_of_numpy,
)
from ops.views import PERMUTE, RESHAPE

FUNCTION = OpCase(
    plain(naive_function),
    (Law(functions_of_values_keep_the_shape),),
    peers.functions_of_values,
)
ELEMENT_WISE_JOIN = OpCase(
    join_uses,
    (
        Law(element_wise_joins_broadcast_as_numpy_does, 200),
        Law(joins_refuse_inputs_of_different_rank),
    ),
    peers.joins,
)
POOL = OpCase(
    pool_uses, (Law(pool_has_an_output_for_each_window_that_fits, 400),), peers.pools, thinned=7
)
GLOBAL_POOL = OpCase(
    plain(naive_global), (Law(global_pools_keep_the_axes),), peers.pools_to_a_size
)
ADAPTIVE_POOL = OpCase(
    plain(naive_parts, output_size),
    (Law(adaptive_pools_share_the_inputs_among_the_outputs),),
    peers.pools_to_a_size,
)
NORM_LAWS = (Law(norms_learn_scale_and_shift_a_channel),)

CASES: dict[str, OpCase] = {
    "conv": OpCase(
        conv_uses,
        (
            Law(convolution_has_an_output_for_each_window_that_fits, 400),
            Law(convolution_counts, 150),
            Law(groups_that_do_not_divide_are_refused),
        ),
        peers.convolutions,
    ),
    "dwconv": OpCase(
        conv_uses,
        (
            Law(convolution_has_an_output_for_each_window_that_fits, 400),
            Law(depthwise_convolution_counts, 100),
        ),
        peers.depthwise_convolutions,
    ),
    "upconv": OpCase(
        upconv_uses,
        (
            Law(transposed_convolution_scatters_every_input, 200),
            Law(transposed_same_makes_a_stride_of_cells_from_each_input),
            Law(output_padding_stays_below_stride_or_dilation),
            Law(groups_that_do_not_divide_are_refused),
        ),
        peers.transposed_convolutions,
    ),
    "linear": OpCase(
        plain(naive_dense, out_features_along),
        (Law(dense_layer_multiplies_every_pair), Law(dense_layer_of_tokens_multiplies_every_pair)),
        peers.dense_layers,
    ),
    "maxpool": POOL,
    "avgpool": POOL._replace(thinned=3),
    "blur": BLUR,
    "max_unpool": UNPOOL,
    "globalavgpool": GLOBAL_POOL,
    "globalmaxpool": GLOBAL_POOL,
    "adaptive_avgpool": ADAPTIVE_POOL,
    "adaptive_maxpool": ADAPTIVE_POOL,
    "bn": OpCase(plain(naive_norm, affine), NORM_LAWS, peers.norms_by_family),
    "instance_norm": OpCase(
        plain(naive_norm, affine), NORM_LAWS, peers.norms_by_family, may_cancel=True
    ),
    "layer_norm": LAYER_NORM,
    "rms_norm": RMS_NORM,
    "l2_norm": L2_NORM,
    "grn": RESPONSE_NORM,
    "group_norm": OpCase(
        plain(naive_norm, affine_in_groups),
        (Law(group_norm_has_groups_of_equal_size),),
        peers.group_norms,
        may_cancel=True,
    ),
    "lrn": FUNCTION._replace(
        uses=plain(alone(naive_lrn), channels_near), peers=peers.local_response_norms
    ),
    "relu": FUNCTION,
    "relu6": FUNCTION,
    "elu": FUNCTION,
    "gelu": FUNCTION,
    "silu": FUNCTION,
    "sigmoid": FUNCTION,
    "tanh": FUNCTION,
    "hardswish": FUNCTION,
    "hardsigmoid": FUNCTION,
    "softmax": FUNCTION._replace(uses=plain(naive_function, shared), may_cancel=True),
    "leaky_relu": FUNCTION,
    "mish": FUNCTION,
    "softplus": FUNCTION._replace(uses=plain(naive_function, sharpness)),
    "hardtanh": FUNCTION._replace(uses=plain(naive_function, bounds), may_cancel=True),
    "dropout": FUNCTION,
    "identity": FUNCTION,
    "times": OpCase(
        plain(naive_function, constant_factor), (Law(times_is_free),), peers.constant_factors
    ),
    "prelu": OpCase(
        plain(naive_function, slopes),
        (Law(prelu_learns_one_slope_or_one_a_channel),),
        peers.learned_slopes,
    ),
    "scale": OpCase(plain(naive_function), (Law(scale_learns_a_factor_a_channel),), peers.scales),
    "flatten": OpCase(
        plain(alone(naive_move)), (Law(flatten_keeps_every_value),), peers.flattenings
    ),
    "pad": OpCase(plain(alone(naive_move), amounts), (Law(pad_puts_cells_around),), peers.pads),
    "crop": OpCase(
        plain(alone(naive_move), smaller_size),
        (Law(crop_takes_cells_from_end_and_start_in_turn),),
        peers.crops,
    ),
    "slice": OpCase(
        plain(alone(naive_move), some_channels),
        (Law(slice_takes_channels), Law(slice_along_an_axis_is_of_numpy)),
        peers.slices,
    ),
    "upsample": OpCase(
        plain(alone(naive_upsample), factor_or_size),
        (Law(upsample_by_a_factor_repeats), Law(upsample_to_a_size_fills_every_cell)),
        peers.upsamplings,
        may_cancel=True,
    ),
    "pixel_shuffle": OpCase(
        plain(alone(naive_shuffle), block_factor),
        (Law(pixel_shuffle_deals_channels_to_places),),
        peers.pixel_shuffles,
    ),
    "pixel_unshuffle": index_map(
        naive_unshuffle,
        lambda draw, shape: ({"factor": draw(st.integers(1, 3))}, shape),
        "is not divisible by",
        peers.pixel_shuffles,
    ),
    "channel_shuffle": OpCase(
        plain(alone(naive_shuffle), in_groups),
        (Law(channel_shuffle_interleaves_groups),),
        peers.channel_shuffles,
    ),
    "add": ELEMENT_WISE_JOIN,
    "mul": ELEMENT_WISE_JOIN,
    "sub": ELEMENT_WISE_JOIN,
    "div": ELEMENT_WISE_JOIN,
    "max": ELEMENT_WISE_JOIN._replace(may_cancel=True),
    "mean": ELEMENT_WISE_JOIN,
    "concat": OpCase(
        join_uses,
        (
            Law(concat_joins_channels_as_numpy_does, 200),
            Law(concat_along_an_axis_is_of_numpy),
            Law(joins_refuse_inputs_of_different_rank),
        ),
        peers.concatenations,
    ),
    "tokens": TOKENS,
    "transpose": TOKENS,
    "as_map": TOKENS._replace(uses=plain(alone(naive_tokens), map_size)),
    "split_heads": TOKENS._replace(uses=plain(alone(naive_tokens), heads_of)),
    "merge_heads": TOKENS,
    "reshape": RESHAPE,
    "permute": PERMUTE,
    "patches": PATCHES,
    "from_patches": FROM_PATCHES,
    "learned": LEARNED,
    "coordinates": COORDINATES,
    "sinusoids": SINUSOIDS,
    "matmul": MATMUL,
    "attend": ATTEND,
    "attention": ATTENTION,
    "window_attention": WINDOWS,
}
"""Every op, and nothing else. A new op needs a row, its own loops where no other's suit it
(`plain.index_map` takes one function for both), and what PyTorch has for it."""


def uses(name: str) -> st.SearchStrategy[Use]:
    """The op on inputs that it takes."""
    return CASES[name].uses(name)
