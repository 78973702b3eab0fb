using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>The next external action that a session needs. A closed set.</summary>
internal abstract record Demand
{
    private Demand() { }

    /// <summary>More of the client's bytes. Replies must be sent before the wait (RFC 2920 §3.2).</summary>
    public sealed record Input : Demand;

    /// <summary>Whether the inbox knows this token: <see cref="Session.Answer(TokenKnowledge)"/>.</summary>
    public sealed record Look(string Token) : Demand;

    /// <summary>The message stored for each token: <see cref="Session.Answer(IReadOnlyList{Receipt})"/>, receipts in the same order.</summary>
    /// <param name="Raw">The message as it was sent, without dot-stuffing; its bytes do not change.</param>
    /// <param name="Tokens">Each once.</param>
    public sealed record Store(ReadOnlyMemory<byte> Raw, IReadOnlyList<string> Tokens) : Demand;

    /// <summary>TLS: <see cref="Session.BeginTls"/> or <see cref="Session.RefuseTls"/>; after the handshake <see cref="Session.Secured"/>.</summary>
    public sealed record Tls : Demand;

    /// <summary>Send pending replies and close the connection.</summary>
    public sealed record Close : Demand;
}
