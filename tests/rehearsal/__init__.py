"""A dress rehearsal without a cluster: ``make rehearse``.

The worker's pods as ``deploy/kubernetes`` describes them, on the local AWS, under load, through what happens to pods:
a rollout, memory that ends, a node that goes, AWS out of reach. Reading order: ``spec.py`` what the manifests say,
``kubelet.py`` who runs a pod, ``sandbox.py`` what it runs in, ``fleet.py`` the Deployment's part, ``scenes.py`` what
happens, ``__main__.py`` all of it in order, and the verdict.
"""
