"""Recognition with ratings: strengths of old and new items, cut by criteria that are fitted, as models to be compared.

A model (`neuromem.recognition.rating_model`) says how the strength of old and of new items is distributed: by two
normal distributions, or derived from what a memory stores and how it is asked. The criteria that cut strength into
ratings are parameters of every model, alike in number and form, so that models differ in the memory alone.
"""
