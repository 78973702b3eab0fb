using MtaSts.Grains;

namespace MtaSts.Application.Operation;

/// <summary>The state of the silo that answers.</summary>
/// <param name="ClockProblem">See <see cref="IClockStatus.Problem"/>.</param>
/// <param name="Certificate">Null when the gateway does not use TLS.</param>
/// <param name="Port25Problem">See <see cref="IPort25Status.Problem"/>.</param>
/// <param name="IntakeProblem">See <see cref="IIntakeStatus.Problem"/>.</param>
public sealed record ServiceStatus(string? ClockProblem, IReadOnlyList<ReportSourceView> Sources, IReadOnlyList<PluginView> Plugins, SpoolView Spool, ServiceCertificate? Certificate, string? Port25Problem = null, string? IntakeProblem = null)
{
    /// <summary>See <see cref="IPort25Status.Blocked"/>.</summary>
    public Port25Block Port25 { get; init; }

    /// <summary>See <see cref="IIntakeStatus.SilentSince"/>.</summary>
    public DateTimeOffset? IntakeSilentSince { get; init; }
}

/// <summary>Queries for the operator.</summary>
public sealed class ServiceQueries(IClockStatus clock, IReportSources sources, IPlugins plugins, IReportSpool spool, IServiceCertificate certificate, IPort25Status port25, IIntakeStatus intake)
{
    /// <summary>The status of the service. No I/O.</summary>
    public CommandResult<ServiceStatus> Status(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.ServiceRead) is { } refusal ? refusal
            : new ServiceStatus(clock.Problem, sources.All, plugins.All, spool.Now, certificate.Now, port25.Problem, intake.Problem) { Port25 = port25.Blocked, IntakeSilentSince = intake.SilentSince };
    }
}
