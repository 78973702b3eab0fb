using System.Text.Json.Serialization;
using MtaSts.Grains.Alerts;

namespace MtaSts.Grains.Domains;

/// <summary>An action that must take place once. Every delivery is idempotent: a repeated or late one changes nothing, see <see cref="OutboxDelivery"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SetAlerts), "setAlerts")]
[JsonDerivedType(typeof(EraseClaim), "eraseClaim")]
[JsonDerivedType(typeof(RemoveToken), "removeToken")]
[JsonDerivedType(typeof(EndReports), "endReports")]
internal abstract record OutboxMessage : Work
{
    private OutboxMessage()
    {
    }

    /// <summary>Set the conditions of a source for a claim. Ordered by their revision: the receiver ignores older ones.</summary>
    public sealed record SetAlerts([property: JsonPropertyName("workspace")] string Workspace, [property: JsonPropertyName("alerts")] SourceConditions Alerts) : OutboxMessage;

    /// <summary>Delete the data of a removed claim. Ordered by the claim: a new one is refused until this is done.</summary>
    /// <param name="Revision">The last revision of the claim's conditions.</param>
    public sealed record EraseClaim([property: JsonPropertyName("workspace")] string Workspace, [property: JsonPropertyName("revision")] long Revision) : OutboxMessage;

    /// <summary>Remove the mapping of a claim's token. Final, because a token is never used again.</summary>
    public sealed record RemoveToken([property: JsonPropertyName("token")] string Token) : OutboxMessage;

    /// <summary>Stop accepting reports for a token: the address was renewed and its grace period has ended. Changes nothing after <see cref="RemoveToken"/>.</summary>
    public sealed record EndReports([property: JsonPropertyName("workspace")] string Workspace, [property: JsonPropertyName("token")] string Token) : OutboxMessage;
}

/// <summary>The messages of a domain that are not delivered yet.</summary>
internal static class Outbox
{
    public static DomainState Add(DomainState state, OutboxMessage message, DateTimeOffset now, TimeSpan delay = default)
    {
        state = Work.NextId(state, now, out var id);
        return state with { Outbox = state.Outbox.Add(message with { Id = id, DueAt = now + delay }) };
    }

    /// <summary>Removes messages that a later decision replaced.</summary>
    public static DomainState Drop(DomainState state, Predicate<OutboxMessage> isReplaced) => state with { Outbox = state.Outbox.RemoveAll(isReplaced) };

    /// <summary>Applies the result of a delivery. Unknown ids change nothing.</summary>
    public static DomainState Delivered(DomainState state, string id, bool isDone, HostingOptions options, DateTimeOffset now) =>
        state.Outbox.FirstOrDefault(message => message.Id == id) is not { } message ? state
        : state with { Outbox = isDone ? state.Outbox.Remove(message) : state.Outbox.Replace(message, message.Delay(null, now, options)) };
}
