"""omics base URL and path."""

from .responses import OmicsResponse

# Every host that a HealthOmics client asks: with a host prefix of the model or, when a client
# leaves prefixes out, without; FIPS; dual-stack. The region holds a hyphen and is no S3 name, so a
# bucket that is called `omics` stays S3's.
url_bases = [
    r"https?://(?:(?:workflows|tags|storage|control-storage|analytics)-)?omics(?:-fips)?"
    r"\.(?!s3[.-])[a-z0-9]+(?:-[a-z0-9]+)+\.(?:amazonaws\.com(?:\.cn)?|api\.aws"
    r"|api\.amazonwebservices\.com\.cn)(?::\d+)?",
]

# Any path, also one that holds a newline: what is no path of ours gets an answer of ours.
url_paths = {r"{0}/(?P<path>[\s\S]*)$": OmicsResponse.dispatch}
