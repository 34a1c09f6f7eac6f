// What most files of features need: the caller and what it owns, ids, errors, the database, and what types say to the API document.
global using ErzyCall.Api.Platform.Authentication;
global using ErzyCall.Api.Platform.Documented;
global using ErzyCall.Api.Platform.Errors;
global using ErzyCall.Api.Platform.Ids;
global using ErzyCall.Api.Platform.Persistence;
global using ErzyCall.Api.Platform.Tenancy;
global using Microsoft.EntityFrameworkCore;
