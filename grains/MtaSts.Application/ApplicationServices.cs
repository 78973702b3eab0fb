using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Alerts;
using MtaSts.Application.Domains;
using MtaSts.Application.Moving;
using MtaSts.Application.MxPlans;
using MtaSts.Application.Notifications;
using MtaSts.Application.Operation;
using MtaSts.Application.Policies;
using MtaSts.Application.Readiness;
using MtaSts.Application.Reports;
using MtaSts.Application.Workspaces;
using MtaSts.Grains;

namespace MtaSts.Application;

/// <summary>The commands and queries of the product.</summary>
public static class ApplicationServices
{
    public static IServiceCollection AddApplication(this IServiceCollection services) => services
        .AddSingleton<DomainQueries>()
        .AddSingleton<DomainCommands>()
        .AddSingleton<HostingCommands>()
        .AddSingleton<PolicyQueries>()
        .AddSingleton<PolicyCommands>()
        .AddSingleton<MovingQueries>()
        .AddSingleton<MovingCommands>()
        .AddSingleton<MxPlanQueries>()
        .AddSingleton<MxPlanCommands>()
        .AddSingleton<ReadinessQueries>()
        .AddSingleton<Rollouts>()
        .AddSingleton<IRolloutJudge, RolloutJudge>()
        .AddSingleton<AlertQueries>()
        .AddSingleton<AlertCommands>()
        .AddSingleton<ChannelQueries>()
        .AddSingleton<ChannelCommands>()
        .AddSingleton<RecipientCommands>()
        .AddSingleton(provider => new RecipientLinks(provider.GetService<NoticeLinks>() ?? new NoticeLinks(null), provider.GetRequiredService<ILinkProtection>()))
        .AddSingleton<INoticeWriter>(provider => new NoticeWriter(provider.GetService<NoticeLinks>() ?? new NoticeLinks(null), provider.GetRequiredService<RecipientLinks>()))
        .AddSingleton<IDigestReader, DigestReader>()
        .AddSingleton<ScorecardQueries>()
        .AddSingleton<ReportQueries>()
        .AddSingleton<ReportCommands>()
        .AddSingleton<QuarantineQueries>()
        .AddSingleton<QuarantineCommands>()
        .AddSingleton<Uploads>()
        .AddSingleton<WorkspaceQueries>()
        .AddSingleton<WorkspaceCommands>()
        .AddSingleton<ApiTokenCommands>()
        .AddSingleton<ServiceQueries>();
}
