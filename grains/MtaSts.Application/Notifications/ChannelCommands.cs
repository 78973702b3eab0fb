using System.Collections.Immutable;
using MtaSts.Grains;
using MtaSts.Modules.Notices;
using MtaSts.Protocol;

namespace MtaSts.Application.Notifications;

/// <summary>A channel as a user enters it.</summary>
public sealed record ChannelInput
{
    public string? Name { get; init; }

    /// <summary>Permanent id of the notifier. Cannot be changed later.</summary>
    public string? Notifier { get; init; }

    /// <summary>The values by field. When a channel is changed, a missing or empty secret keeps its value; if another setting is changed, every secret must be given again.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }
    public NoticeSeverity LeastSeverity { get; init; } = NoticeSeverity.Warning;

    /// <summary>Null: all.</summary>
    public IReadOnlyList<string>? Domains { get; init; }
    public QuietHours? Quiet { get; init; }
    public string? TimeZone { get; init; }
    public bool Digest { get; init; } = true;
    public bool IsOn { get; init; } = true;
}

/// <summary>A stored channel, and the number of open alerts that are not sent to it.</summary>
public sealed record SavedChannel(ChannelView Channel, int OpenAlerts);

/// <summary>Result of a test.</summary>
/// <param name="IsDelivered">Whether the receiver accepted the notice.</param>
/// <param name="Answer">The receiver's own answer, or what failed.</param>
/// <param name="OpenAlerts">Alerts that are open now. They are not sent one by one.</param>
public sealed record ChannelTest(bool IsDelivered, string Answer, int OpenAlerts);

/// <summary>Creates, changes, deletes, tests, resumes and confirms channels of the actor's workspace.</summary>
public sealed class ChannelCommands(IGrainFactory grains, INotifiers notifiers, INoticeWriter writer, IChannelSecrets secrets)
{
    public async Task<CommandResult<SavedChannel>> Create(Actor actor, ChannelInput input)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(input);
        if (actor.Lacks(Permissions.ChannelsManage) is { } refusal)
            return refusal;
        if (await grains.Workspace(actor.WorkspaceId).Get() is not { Deletion: null })
            return new Refusal(RefusalCodes.NotPossibleNow, "This workspace is being deleted. To use it, keep it first.");
        var read = await Read(actor, input, null);
        return read is { Value: var (content, values, recipient) } ? await Saved(actor, await grains.Notifications(actor.WorkspaceId).Create(content, values, recipient, actor.Name)) : read.Refusal!;
    }

    /// <summary>Replaces everything but the notifier. Ends a pause.</summary>
    public async Task<CommandResult<SavedChannel>> Change(Actor actor, string id, ChannelInput input)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(input);
        if (actor.Lacks(Permissions.ChannelsManage) is { } refusal)
            return refusal;
        if (await grains.Notifications(actor.WorkspaceId).Find(id) is not { } before)
            return ChannelQueries.NotThere;
        var read = await Read(actor, input, before);
        return read is { Value: var (content, values, recipient) } ? await Saved(actor, await grains.Notifications(actor.WorkspaceId).Change(id, content, values, recipient, actor.Name)) : read.Refusal!;
    }

    public async Task<CommandResult> Delete(Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.ChannelsManage) is { } refusal ? new(refusal) : await grains.Notifications(actor.WorkspaceId).Delete(id);
    }

    /// <summary>Ends the pause of a channel: alerts that are still open and were not sent to it are sent. Sends a new request to a recipient who has not confirmed, at most once a day.</summary>
    public async Task<CommandResult<SavedChannel>> Resume(Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.ChannelsManage) is { } refusal ? refusal : await Saved(actor, await grains.Notifications(actor.WorkspaceId).Resume(id, actor.Name));
    }

    /// <summary>Confirms a channel with the code that its recipient got by mail, for recipients who cannot open the link.</summary>
    public async Task<CommandResult<SavedChannel>> Confirm(Actor actor, string id, string? code)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.ChannelsManage) is { } refusal)
            return refusal;
        var grain = grains.Notifications(actor.WorkspaceId);
        if (await grain.Find(id) is not { } channel)
            return ChannelQueries.NotThere;
        if (channel.Recipient is not { } recipient)
            return new Refusal(RefusalCodes.NotPossibleNow, "This channel needs no confirmation.");
        if ((await grain.Confirm(recipient.Address, code?.Trim().ToLowerInvariant() ?? "")).Refusal is { } problem)
            return problem with { Field = "code" };
        return await grain.Find(id) is { } confirmed ? await Saved(actor, confirmed) : ChannelQueries.NotThere;
    }

    /// <summary>Sends a test notice now, also to a channel that is off or paused, and waits for the answer.</summary>
    public async Task<CommandResult<ChannelTest>> Test(Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.ChannelsManage) is { } refusal)
            return refusal;
        var grain = grains.Notifications(actor.WorkspaceId);
        if (await grain.Find(id) is not { } channel)
            return ChannelQueries.NotThere;
        var test = await grain.BeginTest(id);
        if (!test.IsDone)
            return test.Refusal!;
        var recipient = channel.Recipient is { } person ? new NoticeRecipient(actor.WorkspaceId, id, person.Address) : null;
        var result = await notifiers.SendAsync(channel.Content, channel.Values, writer.Write(test.Value, recipient), secrets);
        var answer = result.Text();
        var outcome = result switch { NoticeResult.Delivered => NoticeOutcome.Delivered, NoticeResult.Refused => NoticeOutcome.Refused, _ => NoticeOutcome.GivenUp };
        await grain.EndTest(id, test.Value, outcome, answer);
        return new ChannelTest(outcome == NoticeOutcome.Delivered, answer, await Open(actor, channel.Content));
    }

    private async Task<CommandResult<SavedChannel>> Saved(Actor actor, CommandResult<ChannelRecord> result) =>
        result.IsDone ? new SavedChannel(await ChannelQueries.ViewOf(grains, actor.WorkspaceId, result.Value), await Open(actor, result.Value.Content)) : result.Refusal!;

    private async Task<int> Open(Actor actor, ChannelContent channel) =>
        (await grains.WorkspaceAlerts(actor.WorkspaceId).List()).Count(alert => alert is { ResolvedAt: null, Muted: null } && channel.Includes(alert.Domain) && channel.Includes(writer.SeverityOf(alert)));

    /// <summary>Checks what was entered.</summary>
    /// <param name="before">The stored channel; null for a new one.</param>
    private async Task<CommandResult<Checked>> Read(Actor actor, ChannelInput input, ChannelRecord? before)
    {
        var name = input.Name?.Trim() ?? "";
        if (name.Length is 0 or > INotificationsGrain.MaxName || name.Any(char.IsControl))
            return Invalid("name", $"Give the channel a name of 1 to {INotificationsGrain.MaxName} characters.");
        if (before is not null && input.Notifier is not null && input.Notifier != before.Content.Notifier)
            return Invalid("notifier", "The notifier of a channel cannot be changed. Create another channel.");
        if (notifiers.Find(before?.Content.Notifier ?? input.Notifier ?? "") is not { } notifier)
            return Invalid("notifier", $"Choose one of {string.Join(", ", notifiers.All.Select(known => known.Id))}.");
        if (input.LeastSeverity == NoticeSeverity.Information)
            return Invalid("leastSeverity", "The least severity is warning or critical.");
        if (input.Quiet is { } quiet && quiet.From == quiet.Until)
            return Invalid("quiet", "The quiet hours must end at another time than they begin. To send nothing, switch the channel off.");
        var zone = string.IsNullOrWhiteSpace(input.TimeZone) ? "UTC" : input.TimeZone.Trim();
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) || !known.HasIanaId)
            return Invalid("timeZone", "The time zone must be an IANA name such as Europe/Berlin.");
        var domains = await Domains(actor, input.Domains);
        if (!domains.IsDone)
            return domains.Refusal!;
        var fields = await notifier.DescribeAsync(CancellationToken.None);
        if (fields.Count == 0)
            return new Refusal(RefusalCodes.NotPossibleNow, $"The module {notifier.Id} does not answer. Try again later.");
        var values = await Values(notifier, fields, input.Settings ?? ImmutableSortedDictionary<string, string>.Empty, before);
        if (!values.IsDone)
            return values.Refusal!;
        var recipient = fields.FirstOrDefault(field => field.IsRecipient) is { } field ? Address(values.Value.Open.GetValueOrDefault(field.Name, "")) : null;
        var content = new ChannelContent
        {
            Name = name,
            Notifier = notifier.Id,
            LeastSeverity = input.LeastSeverity,
            Domains = domains.Value.Names,
            Quiet = input.Quiet,
            TimeZone = zone,
            Digest = input.Digest,
            IsOn = input.IsOn,
        };
        return new Checked(content, values.Value, recipient);
    }

    private async Task<CommandResult<DomainList>> Domains(Actor actor, IReadOnlyList<string>? entered)
    {
        if (entered is null)
            return new DomainList(null);
        if (entered.Count is 0 or > INotificationsGrain.MaxDomains)
            return Invalid("domains", $"List 1 to {INotificationsGrain.MaxDomains} domains, or choose all.");
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in entered)
        {
            if (!DomainName.TryParse(text, out var domain, out _) || !await grains.Workspace(actor.WorkspaceId).HasClaim(domain.Value))
                return Invalid("domains", $"{text} is no domain of this workspace. Add the domain first.");
            names.Add(domain.Value);
        }
        return new DomainList([.. names]);
    }

    private async Task<CommandResult<ChannelValues>> Values(IGuardedNotifier notifier, IReadOnlyList<ChannelField> fields, IReadOnlyDictionary<string, string> entered, ChannelRecord? before)
    {
        if (entered.Count > fields.Count || entered.FirstOrDefault(value => value.Value is null || value.Value.Length > ChannelField.MaxValueLength).Key is not null)
            return Invalid("settings", $"Give at most the settings of the notifier, each with at most {ChannelField.MaxValueLength} characters.");
        var isSecret = fields.Where(field => field.IsSecret).Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        var open = entered.Where(value => !isSecret.Contains(value.Key)).ToImmutableSortedDictionary(value => value.Key, value => value.Value.Trim(), StringComparer.Ordinal);
        var secret = entered.Where(value => isSecret.Contains(value.Key) && value.Value.Trim().Length > 0).ToImmutableSortedDictionary(value => value.Key, value => secrets.Protect(value.Value.Trim()), StringComparer.Ordinal);
        if (before is not null)
        {
            var kept = before.Values.Secret.Where(value => isSecret.Contains(value.Key) && !secret.ContainsKey(value.Key)).ToArray();
            // Any setting may decide where a secret is sent, also a secret one such as the URL of a chat.
            if (kept.Length > 0 && (secret.Count > 0 || !Same(open, before.Values.Open)))
                return Invalid($"settings.{kept[0].Key}", $"Enter {string.Join(" and ", kept.Select(value => fields.First(field => field.Name == value.Key).Label))} again, because another setting was changed: a stored secret is used only with the settings that it was entered with.");
            secret = secret.AddRange(kept);
        }
        var values = new ChannelValues(open, secret);
        if (values.Read(secrets) is not { } settings)
            return Invalid("settings", "A stored secret cannot be read, because its key is lost. Enter the secrets again.");
        return await notifier.ValidateAsync(settings, CancellationToken.None) is [var problem, ..] ? Invalid(problem.Field.Length == 0 ? "settings" : $"settings.{problem.Field}", problem.Problem) : values;
    }

    private static bool Same(ImmutableSortedDictionary<string, string> one, ImmutableSortedDictionary<string, string> other) => one.Where(HasValue).SequenceEqual(other.Where(HasValue));

    private static bool HasValue(KeyValuePair<string, string> value) => value.Value.Length > 0;

    /// <summary>One spelling for each mailbox, so that one request is sent to it.</summary>
    private static string Address(string text) => text.LastIndexOf('@') is > 0 and var at && DomainName.TryParse(text[(at + 1)..], out var domain, out _)
        ? $"{text[..at].ToLowerInvariant()}@{domain.Value}"
        : text.ToLowerInvariant();

    private static Refusal Invalid(string field, string message) => new(RefusalCodes.Invalid, message, field);

    private sealed record Checked(ChannelContent Content, ChannelValues Values, string? Recipient);

    private sealed record DomainList(IReadOnlyList<string>? Names);
}
