namespace MtaSts.Grains;

/// <summary>The conditions of the service itself, as each of its silos sees them. They become alerts of the operator's workspace. Key: 0.</summary>
[Alias("MtaSts.IServiceAlertsGrain")]
public interface IServiceAlertsGrain : IGrainWithIntegerKey
{
    /// <summary>A silo that has not reported for this long is gone, and its conditions with it.</summary>
    static readonly TimeSpan GoneAfter = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Replaces the conditions of a silo. A condition becomes an alert when two reports in succession contain it, a critical one at once; it is over when two reports in succession do not. Silos
    /// report every minute, also when nothing has changed. A revision that is not above the silo's last one changes nothing.
    /// </summary>
    /// <param name="silo">The silo's address, the same after a restart.</param>
    /// <param name="revision">Increases with each report, also through restarts.</param>
    /// <param name="conditions">All conditions of the silo; empty: none.</param>
    [Alias("Report")]
    Task Report(string silo, long revision, IReadOnlyList<AlertCondition> conditions);
}
