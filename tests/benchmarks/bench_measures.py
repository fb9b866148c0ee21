"""Measures of free recall against psifr: the same statistic of the same lists, with psifr's table merged beforehand."""

import numpy as np

from neuromem.data import morton2013
from neuromem.measures.category_clustering import category_clustering
from neuromem.measures.category_crp import category_crp
from neuromem.measures.compound_lag_crp import compound_lag_crp
from neuromem.measures.distance_crp import distance_crp
from neuromem.measures.distance_rank import distance_rank
from neuromem.measures.lag_crp import lag_crp
from neuromem.measures.lag_rank import lag_rank
from neuromem.measures.pool import index_in_pool
from neuromem.measures.prior_list_intrusions import lists_back, prior_list_intrusions
from neuromem.measures.recall_by_output import recall_by_output
from neuromem.measures.serial_position import serial_position

from .timing import Line, best

TARGET = 0.01
REPEATS, OURS = 3, 20  # theirs take seconds; the best of each counts


def bench():
    from psifr import fr

    lists = morton2013.load()
    pool, distances = morton2013.distances()
    index = index_in_pool(lists["item"], pool)
    edges = np.quantile(distances[np.triu_indices(len(pool), 1)], np.linspace(0.01, 0.99, 10))
    table = fr.merge_free_recall(fr.sample_data("Morton2013"), study_keys=["category"])
    table["index"] = fr.pool_index(table["item"], pool)
    known = lists.assign(lists_back=(("list", "output"), lists_back(lists)))
    near = {"distances": distances, "index": index}
    races = {
        "serial position curve": (lambda: serial_position(lists), lambda: fr.spc(table)),
        "n-th recall, all outputs": (lambda: recall_by_output(lists, n_outputs=24), lambda: fr.pnr(table)),
        "lag-CRP": (lambda: lag_crp(lists), lambda: fr.lag_crp(table)),
        "compound lag-CRP": (lambda: compound_lag_crp(lists), lambda: fr.lag_crp_compound(table)),
        "lag rank": (lambda: lag_rank(lists), lambda: fr.lag_rank(table)),
        "distance rank": (lambda: distance_rank(lists, **near), lambda: fr.distance_rank(table, "index", distances)),
        "distance CRP": (
            lambda: distance_crp(lists, edges=edges, **near),
            lambda: fr.distance_crp(table, "index", distances, edges),
        ),
        "category CRP": (lambda: category_crp(lists), lambda: fr.category_crp(table, "category")),
        "LBC and ARC": (lambda: category_clustering(lists), lambda: fr.category_clustering(table, "category")),
        "prior-list intrusions": (
            lambda: prior_list_intrusions(known, max_lag=4),
            lambda: fr.pli_list_lag(table, max_lag=4),
        ),
    }
    for name, (ours, theirs) in races.items():
        ours()  # compiled before it is timed
        seconds = best(ours, repeats=OURS)[0], best(theirs, repeats=REPEATS)[0]
        yield Line(f"{name}, 1,920 lists", seconds[0] * 1e3, "ms", "psifr", seconds[1] * 1e3, TARGET)
