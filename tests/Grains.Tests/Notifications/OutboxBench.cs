using System.Collections.Immutable;
using MtaSts.Application.Notifications;
using MtaSts.Grains.Notifications;
using MtaSts.Modules.Notices;
using Xunit;

namespace MtaSts.Grains.Tests.Notifications;

/// <summary>The rules of channels with a clock and receivers of the test's own.</summary>
internal sealed class OutboxBench
{
    public const string One = "ch-one";
    public const string Two = "ch-two";

    public const string Address = "owner@example.net";

    private static readonly NoticeLinks Links = new(new Uri("https://mta.example.net"), true);
    private static readonly NoticeWriter Writer = new(Links, new RecipientLinks(Links, new PlainLinks()));
    private readonly SortedDictionary<string, List<AlertView>> alerts = new(StringComparer.Ordinal);
    private long revision;

    public NotificationsState State { get; set; } = new();

    /// <summary>A Monday at noon.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The attempts.</summary>
    public List<(string Channel, NoticeContent Content)> Attempts { get; } = [];

    /// <summary>What receivers answer; null: they accept.</summary>
    public Func<string, NoticeContent, NoticeResult>? Answer { get; set; }

    public static ChannelContent Content(string name = "Channel") => new() { Name = name, Notifier = "notice.test" };

    private static RecipientRequest Request { get; } = new("ws-1", "Acme", "owner", "code");

    /// <summary>Notices on a channel of the test itself, without a recipient who must confirm.</summary>
    public void Add(string id, ChannelContent? content = null, string? recipient = null)
    {
        State = ChannelRules.Create(State, id, new ChannelDraft(content ?? Content(id), NoValues, recipient), Request, "owner", Now);
        State = AlertWatch.Load(State, Open, Writer.SeverityOf, Now);
    }

    public void Change(string id, Func<ChannelContent, ChannelContent> change, string? recipient = null) =>
        State = ChannelRules.Change(State, id, new ChannelDraft(change(State.Channels[id].Content), NoValues, recipient), Request, Now);

    public void Resume(string id) => State = ChannelRules.Resume(State, id, Request, Now);

    public bool Confirm(string code = "code")
    {
        var confirmed = RecipientRules.Confirm(State, Address, code, Now);
        State = confirmed ?? State;
        return confirmed is not null;
    }

    private static ChannelValues NoValues { get; } = new(ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>Raises an alert, which is critical or not.</summary>
    public void Raise(string domain, string kind = AlertKinds.OwnMxNotCovered, bool isCritical = false)
    {
        var list = Of(domain);
        var open = list.FindIndex(alert => alert.Kind == kind && alert.ResolvedAt is null);
        var view = new AlertView
        {
            Id = open >= 0 ? list[open].Id : (++revision).ToString(System.Globalization.CultureInfo.InvariantCulture),
            Domain = domain,
            Kind = kind,
            Parameters = AlertCondition.Of(kind).With(AlertParameters.Mx, ["mx1." + domain]).With(AlertParameters.Mode, isCritical ? "enforce" : "testing").Parameters,
            RaisedAt = open >= 0 ? list[open].RaisedAt : Now,
            UpdatedAt = Now,
        };
        if (open >= 0)
            list[open] = view;
        else
            list.Add(view);
        Tell(domain);
    }

    public void Resolve(string domain, string kind = AlertKinds.OwnMxNotCovered)
    {
        var list = Of(domain);
        var open = list.FindIndex(alert => alert.Kind == kind && alert.ResolvedAt is null);
        list[open] = list[open] with { ResolvedAt = Now, UpdatedAt = Now };
        Tell(domain);
    }

    public bool IsOpen(string domain, string kind) => Of(domain).Exists(alert => alert.Kind == kind && alert.ResolvedAt is null);

    public IEnumerable<AlertView> Open => alerts.Values.SelectMany(list => list).Where(alert => alert.ResolvedAt is null);

    /// <summary>The claim was removed.</summary>
    public void Erase(string domain)
    {
        alerts.Remove(domain);
        Tell(domain);
    }

    /// <summary>The alerts of a domain are these now.</summary>
    public void Tell(string domain, IReadOnlyList<AlertView> views)
    {
        alerts[domain] = [.. views];
        Tell(domain);
    }

    public static NoticeSeverity SeverityOf(AlertView alert) => Writer.SeverityOf(alert);

    public void Tell(string domain, long? older = null) => State = AlertWatch.Set(State, domain, older ?? ++revision, [.. Of(domain)], Writer.SeverityOf, Now);

    /// <summary>Lets time pass, and does what is due at each moment, as the grain's timer does.</summary>
    public void Pass(TimeSpan time)
    {
        var end = Now + time;
        Pump();
        while (Due() is { } due && due <= end)
        {
            Now = due > Now ? due : Now;
            Pump();
        }
        Now = end;
    }

    public DateTimeOffset? Due() => State.Channels.Values.Select(channel => DeliveryRules.NextAt(State, channel, Now)).Append(NoticeRules.NextAt(State, Now)).Append(TrialRules.NextAt(State)).Min();

    public IEnumerable<NoticeContent> To(string channel) => Attempts.Where(attempt => attempt.Channel == channel).Select(attempt => attempt.Content);

    public static Notice Text(NoticeContent content, string? recipient = null) => Writer.Write(content, recipient is null ? null : new NoticeRecipient("ws-1", One, recipient));

    private void Pump()
    {
        for (var rounds = 0; ; rounds++)
        {
            if (rounds > 10_000)
                throw new InvalidOperationException("It never ends.");
            State = DeliveryRules.Begin(NoticeRules.Form(State, Now), ImmutableHashSet<string>.Empty, Now);
            var sent = false;
            foreach (var id in State.Channels.Keys)
            {
                if (DeliveryRules.Next(State, State.Channels[id], Now) is not { } notice)
                    continue;
                Assert.True(notice.IsBegun);
                Attempts.Add((id, notice.Content));
                State = DeliveryRules.Sent(State, notice.Content.Id, State.Channels[id].Version, Answer?.Invoke(id, notice.Content) ?? new NoticeResult.Delivered("HTTP 200"), Now);
                sent = true;
            }
            if (!sent)
                return;
        }
    }

    private List<AlertView> Of(string domain) => alerts.TryGetValue(domain, out var list) ? list : alerts[domain] = [];

    private sealed class PlainLinks : ILinkProtection
    {
        public string Protect(string text) => Uri.EscapeDataString(text);

        public string? Unprotect(string token) => Uri.UnescapeDataString(token);
    }
}
