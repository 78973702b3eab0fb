namespace MtaSts.Storage;

/// <summary>A statement in the SQL that all engines of the service understand.</summary>
/// <param name="Sql">With named parameters: <c>@id</c>.</param>
/// <param name="Parameters">Their values: strings, numbers and bytes.</param>
internal sealed record StoreStatement(string Sql, params (string Name, object Value)[] Parameters);
