using System.Globalization;
using System.Net.Http.Headers;

namespace MtaSts.Protocol;

/// <summary>What the status and headers of an HTTP response to a policy GET allow (RFC 8461 §3.3), before its body is read.</summary>
public abstract record PolicyResponse
{
    private PolicyResponse()
    {
    }

    /// <summary>The body may be read, up to <see cref="PolicyReader.MaxSize"/> bytes.</summary>
    public sealed record Usable : PolicyResponse;

    /// <summary>404: there is no policy at this host.</summary>
    public sealed record NoPolicy : PolicyResponse;

    /// <summary>The response must not be used.</summary>
    /// <param name="Rule">The section with the rule.</param>
    /// <param name="Reason">Human-readable: what is wrong and what to do.</param>
    public sealed record Refused(string Rule, string Reason) : PolicyResponse;

    /// <summary>
    /// Evaluates status, media type and size. A response without a media type, or with one other than <c>text/plain</c>, is refused:
    /// §3.2 says that senders should check it, and several do. Its parameters are ignored.
    /// </summary>
    /// <param name="status">The HTTP status code.</param>
    /// <param name="contentType">The Content-Type header; null or empty when there is none.</param>
    /// <param name="length">The Content-Length, or the size of the body read so far; null when not known yet.</param>
    public static PolicyResponse Judge(int status, string? contentType, long? length)
    {
        switch (status)
        {
            case 200:
                break;
            case 404:
                return new NoPolicy();
            case >= 300 and < 400:
                return new Refused("RFC 8461 §3.3", "The answer is a redirect, which senders must not follow. Serve the policy there.");
            default:
                return new Refused(
                    "RFC 8461 §3.3",
                    string.Create(CultureInfo.InvariantCulture, $"The answer has status {status}; senders accept only 200."));
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !string.Equals(type.MediaType, "text/plain", StringComparison.OrdinalIgnoreCase))
        {
            return new Refused("RFC 8461 §3.2", "The media type is not text/plain; several senders then refuse the policy.");
        }

        return length > PolicyReader.MaxSize
            ? new Refused("RFC 8461 §3.3", $"The answer is larger than the {PolicyReader.MaxSize} bytes that senders read.")
            : new Usable();
    }
}
