namespace MtaSts.Protocol;

/// <summary>What a policy asks of senders (RFC 8461 §3.2, §5).</summary>
public enum PolicyMode
{
    /// <summary>No policy: senders deliver as if there were none.</summary>
    None,

    /// <summary>Senders deliver and report failures.</summary>
    Testing,

    /// <summary>Senders do not deliver to hosts that fail.</summary>
    Enforce,
}
