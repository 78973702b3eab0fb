using System.Net.Sockets;

namespace MtaSts.Host.Gateway.FastPath;

/// <summary>A connection between two requests.</summary>
internal sealed class Connection(Socket socket, long activeAt)
{
    public Socket Socket => socket;

    /// <summary>Timestamp of its last request, or of its beginning.</summary>
    public long ActiveAt { get; set; } = activeAt;
}

/// <summary>Connections by small numbers, which are given again. Added to by any thread, read and removed from by one.</summary>
internal sealed class ConnectionTable
{
    private const int FirstSize = 256;
    private readonly Lock gate = new();
    private readonly Stack<int> free = new();
    private Connection?[] places = new Connection?[FirstSize];
    private int used;

    /// <summary>Tokens lie below it.</summary>
    public int Limit => Volatile.Read(ref used);

    /// <summary>Null where the number is free.</summary>
    public Connection? this[int token] => Volatile.Read(ref places)[token];

    public int Add(Socket socket, long now)
    {
        lock (gate)
        {
            if (!free.TryPop(out var token))
            {
                token = used;
                if (token == places.Length)
                {
                    var larger = places;
                    Array.Resize(ref larger, token * 2);
                    Volatile.Write(ref places, larger);
                }
                Volatile.Write(ref used, token + 1);
            }
            places[token] = new Connection(socket, now);
            return token;
        }
    }

    public void Remove(int token)
    {
        lock (gate)
        {
            places[token] = null;
            free.Push(token);
        }
    }
}
