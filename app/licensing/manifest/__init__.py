"""What a build contains, held against the licenses it rests on, before the build goes out.

A manifest lists, asset by asset, under which license a likeness is in a build, where and when the build is released
and how much of the likeness it holds. The check only asks; it names everything that stands in the way, each with a
JSON pointer into the manifest. `client` sends a file from a build pipeline and knows nothing of the service.
"""
