namespace MtaSts.Modules.Caddy.Ask;

/// <summary>
/// Bounds how often one name is allowed. Where an order fails, Caddy orders anew at each handshake, and whoever knows the name can make it: that would use up
/// what the authority grants to the whole account (Let's Encrypt: 300 orders in three hours) and lock the name out (5 failed validations an hour).
/// </summary>
internal sealed class AskPace(TimeProvider clock)
{
    /// <summary>Above what honest starts and renewals of several Caddies need, and what this module's own looks cause.</summary>
    public const int AllowedPerWindow = 10;

    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> allowed = new(StringComparer.OrdinalIgnoreCase); // Hosted names alone: bounded by what is hosted.
    private DateTimeOffset ends;

    /// <summary>Counts one more; false when the name has had its share of this window.</summary>
    public bool TryTake(string name)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now >= ends)
            {
                allowed.Clear();
                ends = now + Window;
            }
            var count = allowed.GetValueOrDefault(name);
            if (count >= AllowedPerWindow)
                return false;
            allowed[name] = count + 1;
            return true;
        }
    }
}
