namespace MtaSts.Grains.Domains;

/// <summary>A live hostname that the provider lost, or that somebody deleted there: made anew, and the owner is told.</summary>
internal static class HostnameLoss
{
    /// <summary>One provider tells the same moment with more or fewer digits.</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromSeconds(1);

    /// <summary>Senders rely on the hostname: it has been live, and something is served under it.</summary>
    public static bool IsReliedOn(DomainState state) =>
        state.Serving == ServingState.Live || state is { Serving: ServingState.Retiring, ResumeTo: ServingState.Live };

    /// <summary>It is gone, and not live again.</summary>
    public static bool Lasts(DomainState state) => state.HostnameLostAt is not null && state.HostnameBackAt is null;

    /// <summary>Notes what a look at the provider tells of the hostname's own life.</summary>
    public static DomainState Note(DomainState state, EffectOutcome outcome, DateTimeOffset now)
    {
        if (outcome.MadeAt is { } made)
        {
            if (IsReliedOn(state) && state.HostnameMadeAt is { } known && (made - known).Duration() > SameMoment)
                state = state with { HostnameLostAt = Lasts(state) ? state.HostnameLostAt : now, HostnameBackAt = null };
            state = state with { HostnameMadeAt = made };
        }
        return outcome.Completed && Lasts(state) ? state with { HostnameBackAt = now } : state;
    }

    /// <summary>The hostname is somebody's past.</summary>
    public static DomainState Forget(DomainState state) => state with { HostnameMadeAt = null, HostnameLostAt = null, HostnameBackAt = null };

    /// <summary>Critical until it is live again; then a note, which goes after <see cref="HostingOptions.LossNote"/>.</summary>
    public static AlertCondition? Alert(DomainState state, HostingOptions options, DateTimeOffset now)
    {
        if (state.HostnameLostAt is null)
            return null;
        if (state.HostnameBackAt is not { } back)
        {
            return new("hostname-lost", AlertSeverity.Critical,
                $"The policy host was missing at the hostname provider and is being created again. Until it is live, senders cannot fetch the policy, and apply what they cached. {state.Problem} {state.NextStep}".TrimEnd());
        }
        return now < back + options.LossNote
            ? new("hostname-lost", AlertSeverity.Warning, "The policy host was missing at the hostname provider. It was created again and is live. There is nothing to do, unless somebody deletes it there again.")
            : null;
    }
}
