using ErzyCall.Api;

var builder = WebApplication.CreateBuilder(args);
builder.AddErzyCall();
var app = builder.Build();
app.UseErzyCall();
await app.RunAsync();

internal sealed partial class Program;
