using System.Data.Common;
using System.Security.Cryptography;

namespace MtaSts.Storage;

/// <summary>Secrets that all silos share: the first request creates one, and all later requests read it.</summary>
internal sealed class ServiceSecrets(Store store)
{
    private const int Length = 32;

    public async Task<byte[]> GetAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(cancellationToken);
        if (await ReadAsync(connection, name, cancellationToken) is { } known)
            return known; // Read first, so that an existing secret needs no write on a full disk.
        await using (var make = connection.CreateCommand())
        {
            make.CommandText = "INSERT INTO ServiceSecret (Name, Secret) VALUES (@name, @secret) ON CONFLICT (Name) DO NOTHING";
            make.Add("name", name);
            make.Add("secret", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Length)));
            await make.ExecuteNonQueryAsync(cancellationToken);
        }
        return (await ReadAsync(connection, name, cancellationToken))!;
    }

    private static async Task<byte[]?> ReadAsync(DbConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var read = connection.CreateCommand();
        read.CommandText = "SELECT Secret FROM ServiceSecret WHERE Name = @name";
        read.Add("name", name);
        return await read.ExecuteScalarAsync(cancellationToken) is string secret ? Convert.FromHexString(secret) : null;
    }
}
