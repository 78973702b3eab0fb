using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace MtaSts.Storage;

/// <summary>
/// Keeps the keys of ASP.NET Core's Data Protection in the store, unencrypted: anyone who can read the database can forge a
/// session, and could also read the password hashes.
/// </summary>
internal sealed class DataProtectionKeyStore(Store store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = store.DataSource.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT Xml FROM DataProtectionKey";
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read())
            keys.Add(XElement.Parse(reader.GetString(0)));
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = store.DataSource.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO DataProtectionKey (FriendlyName, Xml) VALUES (@name, @xml)
            ON CONFLICT (FriendlyName) DO UPDATE SET Xml = excluded.Xml
            """;
        command.Add("name", friendlyName);
        command.Add("xml", element.ToString(SaveOptions.DisableFormatting));
        command.ExecuteNonQuery();
    }
}
