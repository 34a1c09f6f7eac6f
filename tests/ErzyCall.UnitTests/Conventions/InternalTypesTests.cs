using ErzyCall.Api;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ErzyCall.UnitTests.Conventions;

public sealed class InternalTypesTests
{
    [Fact]
    public void Nobody_outside_builds_on_a_type_of_the_server()
    {
        var types = typeof(ErzyCallApp).Assembly.GetTypes().Where(type => type is { IsPublic: true, Namespace: not null }).ToList();

        Assert.All(types, type => Assert.True(type.IsAssignableTo(typeof(Migration)), $"{type} can be internal."));
    }
}
