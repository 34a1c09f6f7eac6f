// What most files of features need: who asks, what is theirs, by which ids, and how it is refused.
global using ErzyCall.Api.Platform.Authentication;
global using ErzyCall.Api.Platform.Errors;
global using ErzyCall.Api.Platform.Ids;
global using ErzyCall.Api.Platform.Persistence;
global using ErzyCall.Api.Platform.Tenancy;
global using Microsoft.EntityFrameworkCore;
