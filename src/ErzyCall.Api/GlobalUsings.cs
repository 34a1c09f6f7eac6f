// What most files of features need: the caller and what it owns, ids, errors, and the database.
global using ErzyCall.Api.Platform.Authentication;
global using ErzyCall.Api.Platform.Errors;
global using ErzyCall.Api.Platform.Ids;
global using ErzyCall.Api.Platform.Persistence;
global using ErzyCall.Api.Platform.Tenancy;
global using Microsoft.EntityFrameworkCore;
