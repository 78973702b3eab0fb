using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application;
using MtaSts.Application.Notifications;
using MtaSts.Application.Workspaces;
using MtaSts.Grains;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Application;

/// <summary>Every command and query of the application needs one permission, and reaches nothing without it.</summary>
public sealed class PermissionTests
{
    /// <summary>Methods that take no actor, each with its reason.</summary>
    private static readonly Dictionary<string, string> WithoutActor = new(StringComparer.Ordinal)
    {
        [nameof(ApiTokenCommands) + "." + nameof(ApiTokenCommands.FindOwner)] = "Authentication asks who the actor is.",
        ["IDigestReader.ReadAsync"] = "The service writes a workspace's digest.",
        ["IRolloutJudge.JudgeAsync"] = "The service judges whether a mode may change.",
        ["INoticeWriter.SeverityOf"] = "Computes from the alert given.",
        ["INoticeWriter.Write"] = "Computes from the notice given.",
        ["RecipientCommands.Read"] = "A recipient has no account: the link that only he got is the permission.",
        ["RecipientCommands.Run"] = "A recipient has no account: the link that only he got is the permission.",
    };

    private static readonly Dictionary<string, string> Needed = new(StringComparer.Ordinal)
    {
        ["AlertCommands.Acknowledge"] = Permissions.AlertsManage,
        ["AlertCommands.EndAcknowledgement"] = Permissions.AlertsManage,
        ["AlertCommands.EndMute"] = Permissions.AlertsManage,
        ["AlertCommands.EndSnooze"] = Permissions.AlertsManage,
        ["AlertCommands.Mute"] = Permissions.AlertsManage,
        ["AlertCommands.Snooze"] = Permissions.AlertsManage,
        ["AlertQueries.ByDomain"] = Permissions.AlertsRead,
        ["AlertQueries.Find"] = Permissions.AlertsRead,
        ["AlertQueries.List"] = Permissions.AlertsRead,
        ["AlertQueries.Mutes"] = Permissions.AlertsRead,
        ["AlertQueries.Of"] = Permissions.AlertsRead,
        ["AlertQueries.Open"] = Permissions.AlertsRead,
        ["ApiTokenCommands.Create"] = Permissions.TokensManage,
        ["ApiTokenCommands.Revoke"] = Permissions.TokensManage,
        ["ChannelCommands.Change"] = Permissions.ChannelsManage,
        ["ChannelCommands.Confirm"] = Permissions.ChannelsManage,
        ["ChannelCommands.Create"] = Permissions.ChannelsManage,
        ["ChannelCommands.Delete"] = Permissions.ChannelsManage,
        ["ChannelCommands.Resume"] = Permissions.ChannelsManage,
        ["ChannelCommands.Test"] = Permissions.ChannelsManage,
        ["ChannelQueries.Find"] = Permissions.ChannelsRead,
        ["ChannelQueries.List"] = Permissions.ChannelsRead,
        ["ChannelQueries.Log"] = Permissions.ChannelsRead,
        ["ChannelQueries.Notifiers"] = Permissions.ChannelsRead,
        ["DomainCommands.BeginCheck"] = Permissions.DomainsManage,
        ["DomainCommands.Check"] = Permissions.DomainsManage,
        ["DomainCommands.Claim"] = Permissions.DomainsManage,
        ["DomainCommands.Remove"] = Permissions.DomainsManage,
        ["DomainCommands.RenewReportAddress"] = Permissions.DomainsManage,
        ["DomainCommands.Watch"] = Permissions.DomainsRead,
        ["DomainQueries.Find"] = Permissions.DomainsRead,
        ["DomainQueries.List"] = Permissions.DomainsRead,
        ["DomainQueries.Mx"] = Permissions.DomainsRead,
        ["DomainQueries.Records"] = Permissions.DomainsRead,
        ["HostingCommands.Disable"] = Permissions.HostingManage,
        ["HostingCommands.Enable"] = Permissions.HostingManage,
        ["MovingCommands.TakeOver"] = Permissions.PolicyWrite,
        ["MovingQueries.Export"] = Permissions.DomainsRead,
        ["MovingQueries.In"] = Permissions.DomainsRead,
        ["MxPlanCommands.Cancel"] = Permissions.PolicyWrite,
        ["MxPlanCommands.Put"] = Permissions.PolicyWrite,
        ["MxPlanCommands.Skip"] = Permissions.PolicyWrite,
        ["MxPlanQueries.Get"] = Permissions.DomainsRead,
        ["PolicyCommands.Put"] = Permissions.PolicyWrite,
        ["PolicyCommands.Restore"] = Permissions.PolicyWrite,
        ["PolicyQueries.Advise"] = Permissions.DomainsRead,
        ["PolicyQueries.History"] = Permissions.DomainsRead,
        ["ReadinessQueries.Of"] = Permissions.DomainsRead,
        ["Rollouts.Choose"] = Permissions.PolicyWrite,
        ["Rollouts.Find"] = Permissions.DomainsRead,
        ["QuarantineCommands.Discard"] = Permissions.ReportsWrite,
        ["QuarantineCommands.Replay"] = Permissions.ReportsWrite,
        ["QuarantineCommands.ReplayPage"] = Permissions.ReportsWrite,
        ["QuarantineQueries.List"] = Permissions.ReportsRead,
        ["QuarantineQueries.Summary"] = Permissions.ReportsRead,
        ["ReportCommands.CountAgain"] = Permissions.ReportsWrite,
        ["ReportCommands.Exclude"] = Permissions.ReportsWrite,
        ["ReportQueries.Entries"] = Permissions.ReportsRead,
        ["ReportQueries.Export"] = Permissions.ReportsRead,
        ["ReportQueries.Get"] = Permissions.ReportsRead,
        ["ReportQueries.List"] = Permissions.ReportsRead,
        ["ReportQueries.Raw"] = Permissions.ReportsRead,
        ["ScorecardQueries.Export"] = Permissions.ReportsRead,
        ["ScorecardQueries.Load"] = Permissions.ReportsRead,
        ["ScorecardQueries.Sessions"] = Permissions.ReportsRead,
        ["ScorecardQueries.Trusted"] = Permissions.ReportsRead,
        ["ServiceQueries.Status"] = Permissions.ServiceRead,
        ["Uploads.Accept"] = Permissions.ReportsWrite,
        ["WorkspaceCommands.Delete"] = Permissions.WorkspaceManage,
        ["WorkspaceCommands.Keep"] = Permissions.WorkspaceManage,
        ["WorkspaceCommands.SetCountsUnauthenticated"] = Permissions.WorkspaceManage,
        ["WorkspaceCommands.SetPlan"] = Permissions.PlanManage,
        ["WorkspaceQueries.Get"] = Permissions.WorkspaceRead,
    };

    public static TheoryData<string> Names => [.. Methods().Select(Name)];

    private static readonly Actor All = Actor.Account("ws-test", "owner@example.com", isAdministrator: true);

    [Fact]
    public void Methods_OfTheServices_TakeAnActorFirst()
    {
        var without = Services().SelectMany(Public).Where(method => method.GetParameters() is not [{ ParameterType: var first }, ..] || first != typeof(Actor)).Select(Name);

        Assert.Equal(WithoutActor.Keys.Order(), without.Order());
    }

    /// <summary>What is no service computes: it has no way to a grain.</summary>
    [Fact]
    public void Types_ThatAreNoServices_ReachNoGrain()
    {
        var reaching = typeof(Actor).Assembly.GetExportedTypes().Except(Services())
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .OfType<MethodBase>()
            .Where(member => member.GetParameters().Any(parameter => typeof(IGrainFactory).IsAssignableFrom(parameter.ParameterType) || typeof(IAddressable).IsAssignableFrom(parameter.ParameterType)))
            .Select(member => $"{member.DeclaringType!.Name}.{member.Name}");

        Assert.Empty(reaching);
    }

    /// <summary>With every permission but the one, it is refused and nothing is reached; each other permission may be missing.</summary>
    [Theory, MemberData(nameof(Names))]
    public async Task Call_WithoutItsPermission_IsRefusedAndReachesNothing(string name)
    {
        var method = Methods().Single(method => Name(method) == name);
        var refusedFor = new List<string>();
        foreach (var permission in Permissions.All)
        {
            if (await Refusal(method, All with { Permissions = Permissions.All.Except([permission]).ToHashSet() }) is { Code: RefusalCodes.Forbidden } refusal)
            {
                Assert.Contains($" {permission}.", refusal.Message, StringComparison.Ordinal);
                refusedFor.Add(permission);
            }
        }

        Assert.Equal([Needed[name]], refusedFor);
    }

    [Theory]
    [InlineData("member", "tokens.manage", true)]
    [InlineData("member", "plan.manage", false)]
    [InlineData("member", "service.read", false)]
    [InlineData("administrator", "plan.manage", true)]
    [InlineData("administrator", "service.read", true)]
    [InlineData("token", "workspace.manage", true)]
    [InlineData("token", "tokens.manage", false)]
    [InlineData("token", "service.read", false)]
    [InlineData("operator's token", "service.read", true)]
    [InlineData("operator's token", "plan.manage", false)]
    public void Role_HasWhatTheTableSays(string role, string permission, bool isAllowed)
    {
        var actor = role switch
        {
            "member" => Actor.Account("ws-test", "member@example.com"),
            "administrator" => All,
            "token" => Actor.ApiToken("ws-test", "script"),
            _ => Actor.ApiToken(Actor.OperatorWorkspace, "script"),
        };

        Assert.Equal(isAllowed, actor.Lacks(permission) is null);
    }

    private static IEnumerable<Type> Services() => new ServiceCollection().AddApplication().Select(service => service.ServiceType);

    private static IEnumerable<MethodInfo> Public(Type service) =>
        service.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Where(method => !method.IsSpecialName);

    private static IEnumerable<MethodInfo> Methods() => Services().SelectMany(Public).Where(method => !WithoutActor.ContainsKey(Name(method)));

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    private static async Task<Refusal?> Refusal(MethodInfo method, Actor actor)
    {
        var service = Activator.CreateInstance(method.DeclaringType!, [.. method.DeclaringType!.GetConstructors().Single().GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(TimeProvider) ? TimeProvider.System : Untouched.Of(parameter.ParameterType))]);
        object? answer;
        try
        {
            answer = method.Invoke(service, [.. method.GetParameters().Select(parameter => Argument(parameter, actor))]);
            if (answer is Task task)
            {
                await task;
                answer = task.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(task);
            }
        }
        catch (Exception exception) when (exception is TouchedException or TargetInvocationException { InnerException: TouchedException })
        {
            return null; // Not refused.
        }
        return (Refusal?)answer!.GetType().GetProperty(nameof(CommandResult.Refusal))!.GetValue(answer);
    }

    private static object? Argument(ParameterInfo parameter, Actor actor) => parameter.ParameterType switch
    {
        var type when type == typeof(Actor) => actor,
        var type when type == typeof(string) => "example.com",
        var type when type == typeof(PolicyContent) => new PolicyContent(PolicyMode.Testing, ["mx.example.com"], 86_400),
        var type when type == typeof(IReadOnlyList<string>) => new[] { "mx.example.com" },
        var type when type == typeof(RolloutChoice) => new RolloutChoice(true, true),
        var type when type == typeof(ChannelInput) => new ChannelInput { Name = "Mail", Notifier = "notice.mail", Settings = new Dictionary<string, string>() },
        var type when type == typeof(ReportFilter) => new ReportFilter(),
        var type when type == typeof(Stream) => Stream.Null,
        var type when type.IsValueType => Activator.CreateInstance(type),
        var type => throw new InvalidOperationException($"No argument of type {type}."),
    };
}
