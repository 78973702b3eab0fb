namespace MtaSts.Grains.Domains;

/// <summary>A live hostname that was lost or deleted at the provider: it is created again, and the owner gets an alert.</summary>
internal static class HostnameLoss
{
    /// <summary>One provider reports the same time with varying precision.</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromSeconds(1);

    /// <summary>Senders rely on the hostname: it has been live, and something is served under it.</summary>
    public static bool IsReliedOn(DomainState state) =>
        state.Serving == ServingState.Live || state is { Serving: ServingState.Retiring, ResumeTo: ServingState.Live };

    /// <summary>It was lost, and is not live again.</summary>
    public static bool Lasts(DesiredHostname hostname) => hostname is { LostAt: not null, BackAt: null };

    /// <summary>Records what the provider reports about the hostname.</summary>
    public static DesiredHostname Note(DesiredHostname hostname, HostnameResult? result, bool isReliedOn, DateTimeOffset now)
    {
        if (result?.MadeAt is { } made)
        {
            if (isReliedOn && hostname.MadeAt is { } known && (made - known).Duration() > SameMoment)
                hostname = hostname with { LostAt = Lasts(hostname) ? hostname.LostAt : now, BackAt = null };
            hostname = hostname with { MadeAt = made };
        }
        return result is { IsDone: true } && Lasts(hostname) ? hostname with { BackAt = now } : hostname;
    }

    /// <summary>Critical until it is live again; then a warning, which is resolved after <see cref="HostingOptions.LossNote"/>.</summary>
    public static AlertCondition? Alert(DomainState state, HostingOptions options, DateTimeOffset now) => state.Hostname switch
    {
        { LostAt: not null, BackAt: null } lost => AlertCondition.Of(AlertKinds.HostnameLost).With(AlertParameters.Reported, lost.Problem).With(AlertParameters.Advised, lost.NextStep),
        { BackAt: { } back } when now < back + options.LossNote => AlertCondition.Of(AlertKinds.HostnameLost).With(AlertParameters.Back, true),
        _ => null,
    };
}
