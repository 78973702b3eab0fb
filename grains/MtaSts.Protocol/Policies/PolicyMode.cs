namespace MtaSts.Protocol;

/// <summary>What senders are asked to do when a delivery fails validation (RFC 8461 §5).</summary>
public enum PolicyMode
{
    /// <summary>Treat the domain as if it had no policy.</summary>
    None,

    /// <summary>Deliver, but report the failure (RFC 8460).</summary>
    Testing,

    /// <summary>Do not deliver to a host that fails.</summary>
    Enforce,
}

/// <summary>The spelling of modes in a policy file (RFC 8461 §3.2): lower case, and case-sensitive.</summary>
public static class PolicyModes
{
    /// <summary><c>none</c>, <c>testing</c> or <c>enforce</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no member of the enumeration.</exception>
    public static string ToText(this PolicyMode mode) => mode switch
    {
        PolicyMode.None => "none",
        PolicyMode.Testing => "testing",
        PolicyMode.Enforce => "enforce",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a mode of RFC 8461."),
    };

    /// <summary>Reads the exact spelling; <c>Enforce</c> or <c>enforce</c> with a space are refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PolicyMode mode)
    {
        (var known, mode) = text switch
        {
            "none" => (true, PolicyMode.None),
            "testing" => (true, PolicyMode.Testing),
            "enforce" => (true, PolicyMode.Enforce),
            _ => (false, PolicyMode.None),
        };
        return known;
    }
}
