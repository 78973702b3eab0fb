using MtaSts.Host;
using MtaSts.Host.Api;
using MtaSts.Host.Bootstrap;
//using MtaSts.Host.Dashboard;
using MtaSts.Host.Dns;
using MtaSts.Host.Gateway;
using MtaSts.Host.Modules;
using MtaSts.Host.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults();
builder.AddStorage();
builder.AddDns();
builder.AddModules();
builder.AddGrains();
builder.AddBootstrap();
builder.AddGateway();
builder.AddApi();
//builder.AddDashboard();

var app = builder.Build();
app.MapApi();
//app.MapDashboard();
await app.RunAsync();
