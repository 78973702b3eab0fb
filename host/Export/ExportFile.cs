using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;

namespace MtaSts.Host.Export;

/// <summary>An export as a response: written while it is read, so that memory does not depend on its length.</summary>
internal sealed class ExportFile<T>(string name, ExportFormat format, string[] columns, Func<T, object?[]> cells, IAsyncEnumerable<T> rows) : IResult
{
    /// <summary>Characters gathered before they are sent.</summary>
    private const int Buffer = 32 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = format == ExportFormat.Csv ? "text/csv; charset=utf-8; header=present" : "application/jsonl; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{(format == ExportFormat.Csv ? "csv" : "jsonl")}\"";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var text = new StringBuilder();
        if (format == ExportFormat.Csv)
            text.Append(Csv.ByteOrderMark).Append(Csv.Row([.. columns]));
        await foreach (var row in rows.WithCancellation(httpContext.RequestAborted))
        {
            text.Append(format == ExportFormat.Csv ? Csv.Row(cells(row)) : JsonSerializer.Serialize(row, Json) + "\n");
            if (text.Length >= Buffer)
                await Send();
        }
        await Send();

        async Task Send()
        {
            await response.WriteAsync(text.ToString(), Encoding.UTF8, httpContext.RequestAborted);
            text.Clear();
        }
    }
}
