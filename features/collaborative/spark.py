"""The collaborative models on Spark: MLlib ALS and item-item by a join, for data past one machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from features.collaborative.params import AlsParams, ItemItemParams

_BLOCKS = 4  # fixed: MLlib's sums depend on how rows are parted


def pairs(matrix: csr_array, spark: Any) -> Any:
    """A Spark frame ``u``, ``i``, ``w`` of the matrix's entries."""
    import pyarrow as pa

    cells = matrix.tocoo()
    columns = {"u": cells.row.astype(np.int32), "i": cells.col.astype(np.int32), "w": cells.data.astype(np.float32)}
    return spark.createDataFrame(pa.table(columns)).repartition(_BLOCKS, "u").sortWithinPartitions("u", "i").cache()


def item_factors(frame: Any, items: int, params: AlsParams) -> np.ndarray:
    """Item factors by MLlib's implicit ALS, zero for items without an entry [shape=(items, factors), float32].

    MLlib charges a row of n entries ``regParam * n``; ours charges
    ``regularisation * (alpha * n + N)``, whose first part it takes.

    Args:
        frame: as :func:`pairs` makes it.
        items: number of items.
        params: as for :class:`features.collaborative.als.Als`.
    """
    from pyspark.ml.recommendation import ALS

    model = ALS(
        rank=params.factors,
        maxIter=params.warm_iterations,
        regParam=params.regularisation * params.alpha,
        implicitPrefs=True,
        alpha=params.alpha,
        seed=params.seed,
        userCol="u",
        itemCol="i",
        ratingCol="w",
        numUserBlocks=_BLOCKS,
        numItemBlocks=_BLOCKS,
    ).fit(frame)
    factors = np.zeros((items, params.factors), np.float32)
    for row in model.itemFactors.toLocalIterator():
        factors[row["id"]] = row["features"]
    return factors


def item_neighbours(frame: Any, items: int, params: ItemItemParams) -> csr_array:
    """As :func:`features.collaborative.item_item.neighbours`, by a join on the user [shape=(items, items)]."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f
    from scipy.sparse import csr_array

    weight = f.col("w").cast("double")
    norms = frame.groupBy("i").agg(f.sqrt(f.sum(weight * weight)).alias("norm"))
    left = frame.select("u", f.col("i").alias("a"), weight.alias("wa"))
    right = frame.select("u", f.col("i").alias("b"), weight.alias("wb"))
    products = (
        left.join(right, "u").where("a != b").groupBy("a", "b").agg(f.sum(f.col("wa") * f.col("wb")).alias("dot"))
    )
    cosine = (
        products.join(norms.select(f.col("i").alias("a"), f.col("norm").alias("na")), "a")
        .join(norms.select(f.col("i").alias("b"), f.col("norm").alias("nb")), "b")
        .select("a", "b", f.round(f.col("dot") / (f.col("na") * f.col("nb") + params.shrinkage), 7).alias("s"))
    )
    rank = f.row_number().over(Window.partitionBy("a").orderBy(f.desc("s"), "b"))
    kept = cosine.where("s > 0").withColumn("rank", rank).where(f.col("rank") <= params.neighbours)
    found = kept.orderBy("a", "rank").toArrow()
    own = found["a"].to_numpy()
    indptr = np.concatenate([[0], np.cumsum(np.bincount(own, minlength=items))])
    values = np.minimum(found["s"].to_numpy(), 1.0).astype(np.float32)
    return csr_array((values, found["b"].to_numpy(), indptr), shape=(items, items))
