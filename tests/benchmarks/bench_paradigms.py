"""The three headline paradigms in seconds of one processor, beyond loading."""

from threadpoolctl import threadpool_limits

from neuromem import paradigm, registry, run
from neuromem.core import cell_rng
from neuromem.data import module as data_set
from neuromem.data.store import state

from .timing import Line, cpu_seconds


def bench():
    with threadpool_limits(1):
        yield from fig2()
        yield from fig3()
    recall = paradigm.load(registry.find("paradigms", "list_recall"))
    design = recall.Design(list_lengths=(20,), n_lists=20)
    yield Line(
        "1,000 subjects x 20 lists of 20",
        cpu_seconds(lambda: run.run(recall, design=design, n_subjects=1000)),
        "s",
        target=5,
    )


def fig2():
    module = paradigm.load(registry.find("paradigms", "key_value_optimization"))
    memory = next(iter(module.MEMORIES.values()))
    designs = [module.Design(n_classes=n) for n in (2, 3)]
    pairs = [(d, module.prepare(d, memory)) for d in designs]
    ours = cpu_seconds(lambda: [module.simulate(d, m, rng=cell_rng(0, "bench", 0)) for d, m in pairs])
    yield Line("Fig 2, both cases, one seed", ours, "s", target=10)


def fig3():
    module = paradigm.load(registry.find("paradigms", "silent_engram"))
    memory = next(iter(module.MEMORIES.values()))
    here = all(state(data_set(name).SOURCE).status == "present" for name in ("mnist", "fashion_mnist"))
    design = module.Design(dataset="mnist" if here else "digits")
    rng = cell_rng(0, "bench", 0)
    short = module.Design(dataset=design.dataset, epochs=1)
    module.simulate(short, module.prepare(short, memory), rng=rng)  # loads the images
    prepared = module.prepare(design, memory)
    ours = cpu_seconds(lambda: module.simulate(design, prepared, rng=rng))
    yield Line(f"Fig 3, ten betas, one seed ({design.dataset})", ours, "s", target=6)
