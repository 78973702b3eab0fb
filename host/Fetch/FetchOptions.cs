namespace MtaSts.Host.Fetch;

/// <summary>Section <c>Outside</c>: how the service looks at its policies from outside.</summary>
internal sealed class FetchOptions
{
    public const string Section = "Outside";

    /// <summary>Also fetch from loopback, private and link-local addresses. Off: an owner's DNS could point us into the operator's network.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>PEM file of the authorities to trust in place of the system's, for a private installation. Loaded anew when it changes.</summary>
    public string? TrustedRootsPath { get; set; }
}
