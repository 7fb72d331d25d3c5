using OrderApproval.Orders;

var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["node"] is { } node)
{
    builder.Configuration.AddJsonFile($"node-{node}.json", optional: false);
}

builder.Services.AddConsensus(builder.Configuration.GetSection("Consensus")).AddHealthChecks();
builder.Services.AddSingleton<OrderDesk>();
builder.Services.AddHostedService<OrderRulesDeployment>();
builder.Services.AddValidation();

var app = builder.Build();
app.MapOrders();
app.MapConsensus();
app.Run();
