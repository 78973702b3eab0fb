using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>What a session needs next from outside. A closed set.</summary>
internal abstract record Demand
{
    private Demand() { }

    /// <summary>More of the client's bytes. Replies are to be sent before they are waited for (RFC 2920 §3.2).</summary>
    public sealed record Input : Demand;

    /// <summary>Whether the inbox knows this token: <see cref="Session.Answer(TokenKnowledge)"/>.</summary>
    public sealed record Look(string Token) : Demand;

    /// <summary>The message stored for each token: <see cref="Session.Answer(IReadOnlyList{Receipt})"/>, receipts in the same order.</summary>
    /// <param name="Raw">The message as it was sent, without dot-stuffing; its bytes do not change any more.</param>
    /// <param name="Tokens">Each once.</param>
    public sealed record Store(ReadOnlyMemory<byte> Raw, IReadOnlyList<string> Tokens) : Demand;

    /// <summary>TLS: <see cref="Session.BeginTls"/> or <see cref="Session.RefuseTls"/>; after the handshake <see cref="Session.Secured"/>.</summary>
    public sealed record Tls : Demand;

    /// <summary>Send what is to be sent and hang up.</summary>
    public sealed record Close : Demand;
}
